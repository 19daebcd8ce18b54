package import Encoding
package import Identity
package import Indexing
import Platform

/// A model without weights: words are tokens, and a passage's vector follows from its tokens alone.
package struct StubPassageEncoder: PassageEncoding {
    /// How a text is cut.
    package static let wordsPerPassage = 6
    /// A text with this word is refused by the encoder.
    package static let poison = Array("poison".utf8)

    package let identity = ModelIdentity(
        name: "stub", dimension: 16, weights: SHA256Digest(of: [1]), encoder: SHA256Digest(of: [2]), compute: "float32")
    package let passageRules = ["words": wordsPerPassage]

    /// Awaited before anything is encoded.
    private let encoding: @Sendable (Lane) async -> Void
    /// Whether passages are given before the whole text has come.
    private let isEager: Bool

    package init(isEager: Bool = false, encoding: @escaping @Sendable (Lane) async -> Void = { _ in }) {
        self.isEager = isEager
        self.encoding = encoding
    }

    package func cutter() -> any PassageCutting { isEager ? EagerCutter() : Cutter() }

    /// Gives each passage as soon as another one has begun.
    private struct EagerCutter: PassageCutting {
        private var given = 0

        mutating func next(in text: Span<UInt8>, isWhole: Bool) -> PassageStream.Step {
            var bytes: [UInt8] = []
            for index in text.indices { bytes.append(text[index]) }
            let passages = StubPassageEncoder.passages(of: bytes)
            guard given < (isWhole ? passages.count : passages.count - 1) else {
                return isWhole ? .finished : .needsMore
            }
            given += 1
            return .passage(passages[given - 1])
        }

        var discardable: Int { 0 }
        mutating func discard(_ count: Int, of text: Span<UInt8>) {}
    }

    /// Waits for the whole text and then gives its passages.
    struct Cutter: PassageCutting {
        private var passages: [Passage]?

        mutating func next(in text: Span<UInt8>, isWhole: Bool) -> PassageStream.Step {
            guard isWhole else { return .needsMore }
            if passages == nil {
                var bytes: [UInt8] = []
                for index in text.indices { bytes.append(text[index]) }
                passages = StubPassageEncoder.passages(of: bytes).reversed()
            }
            guard let next = passages?.popLast() else { return .finished }
            return .passage(next)
        }

        var discardable: Int { 0 }
        mutating func discard(_ count: Int, of text: Span<UInt8>) {}
    }

    /// The passages of a whole text.
    package static func passages(of text: [UInt8]) -> [Passage] {
        var passages: [Passage] = []
        var tokens: [Int32] = []
        var first = 0
        var position = 0
        func finish(_ end: Int) {
            if !tokens.isEmpty {
                let line = 1 + text[..<first].count { $0 == UInt8(ascii: "\n") }
                passages.append(
                    Passage(
                        byteRange: first..<end, lineRange: line...line, tokens: [1] + tokens + [2], isTruncated: false))
            }
            tokens = []
        }
        for word in text.split(whereSeparator: { $0 <= 0x20 }) {
            if tokens.isEmpty { first = word.startIndex }
            position = word.endIndex
            tokens.append(
                word.elementsEqual(Self.poison) ? -1 : Int32(word.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
            if tokens.count == Self.wordsPerPassage { finish(position) }
        }
        finish(position)
        return passages
    }

    /// A text as `LiveDocuments` gives it.
    package static func stored(_ text: [UInt8]) -> String {
        passages(of: text).map { String(decoding: text[$0.byteRange], as: UTF8.self) }.joined(separator: "|")
    }

    package func encode(_ sequences: [[Int32]], lane: Lane) async throws -> Embeddings {
        await encoding(lane)
        var values: [Float] = []
        for sequence in sequences {
            guard !sequence.contains(-1) else { throw EncodingError(.input, "poison") }
            for dimension in 0..<16 {
                let mixed = sequence.reduce(dimension + 1) { ($0 &* 1_000_003) ^ Int($1) }
                values.append(Float(mixed & 0xFFFF) / 32768 - 1)
            }
        }
        return Embeddings(values: values, dimension: 16)
    }
}
