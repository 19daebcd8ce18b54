import Encoding
import Foundation
import Testing

/// Every code point, alone and between letters, compared with the reference library (`codepoints.json`).
@Suite struct TokenizerCodePointTests {
    struct Witness: Decodable {
        /// The first and last code point and their result.
        struct Run: Decodable {
            let first: Int
            let last: Int
            let name: String

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                first = try values.decode(Int.self)
                last = try values.decode(Int.self)
                name = try values.decode(String.self)
            }
        }

        let normalizer_class_runs: [Run]
        let pretok_class_runs: [Run]
        let mapping: [String: String]
        let cjk_mapping: [String: String]

        /// The name of the run of each code point.
        static func spread(_ runs: [Run]) -> [String] {
            var names = [String](repeating: "", count: 0x110000)
            for run in runs {
                for codePoint in run.first...run.last { names[codePoint] = run.name }
            }
            return names
        }
    }

    /// The ids that `TokenizerFixture.characters` assigns to text that the normalizer turned into `scalars`, where nil
    /// means a space.
    private func ids(_ scalars: [UInt32?], splits: [String]) -> [Int32] {
        var ids: [Int32] = []
        var isInside = false
        for scalar in scalars {
            guard let scalar, splits[Int(scalar)] != "ws" else {
                isInside = false
                continue
            }
            let isPunctuation = splits[Int(scalar)] == "punct"
            ids.append(Int32(scalar) + (isInside && !isPunctuation ? TokenizerFixture.inside : 0))
            isInside = !isPunctuation
        }
        return ids
    }

    @Test func `every code point is what the reference makes of it`() throws {
        let witness = try JSONDecoder().decode(Witness.self, from: Data(TokenizerFixture.bytes("codepoints.json")))
        let classes = Witness.spread(witness.normalizer_class_runs)
        let splits = Witness.spread(witness.pretok_class_runs)
        let mapped = witness.mapping.merging(witness.cjk_mapping) { first, _ in first }
        var mapping: [Int: [UInt32]] = [:]
        for (codePoint, text) in mapped {
            mapping[try #require(Int(codePoint, radix: 16))] = text.unicodeScalars.map(\.value)
        }
        var checked = 0
        for block in stride(from: 0, to: 0x110000, by: 8192) {
            let codePoints = (block..<block + 8192).compactMap { Unicode.Scalar(UInt32($0)) }
            let normalized = codePoints.map { scalar -> [UInt32?] in
                let codePoint = Int(scalar.value)
                switch classes[codePoint] {
                case "removed": return []
                case "space": return [nil]
                case "cjk": return [nil] + (mapping[codePoint] ?? [scalar.value]) + [nil]
                default: return mapping[codePoint] ?? [scalar.value]
                }
            }
            guard !codePoints.isEmpty else { continue }
            let tokenizer = try TokenizerFixture.characters(normalized.joined().compactMap(\.self) + [0x61, 0x62])
            for (scalar, expected) in zip(codePoints, normalized) {
                let alone = tokenizer.tokenize(Array(String(Character(scalar)).utf8))
                #expect(alone.ids == ids(expected, splits: splits), "\(scalar.escaped(asASCII: true)) alone")
                let between = tokenizer.tokenize([0x61] + Array(String(Character(scalar)).utf8) + [0x62])
                #expect(
                    between.ids == ids([0x61] + expected + [0x62], splits: splits),
                    "\(scalar.escaped(asASCII: true)) between letters")
                checked += 1
            }
        }
        #expect(checked == 0x110000 - 2048)
    }
}
