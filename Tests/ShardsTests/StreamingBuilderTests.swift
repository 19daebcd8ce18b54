import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("A shard whose rows arrive in pieces")
struct StreamingBuilderTests {
    private static let name = ShardName(milliseconds: 1, random: 1)

    /// A document of many words, with rows.
    private struct Sample {
        let document: ShardDocument
        let passages: [ShardPassage]
        let codes: [UInt8]
        let signs: [UInt8]

        init(_ number: Int, words: Int, identity: IndexIdentity, using generator: inout SeededGenerator) {
            let text = (0..<words).map { _ in String(UInt32.random(in: .min ... .max, using: &generator), radix: 36) }
            (document, passages) = SampleIndex.document(
                "d\(number)", claim: "c\(number % 3)", text: text.joined(separator: " "))
            codes = SampleIndex.rows(passages.count, bytesPerRow: identity.bytesPerRow, seed: generator.next())
            signs = SampleIndex.rows(passages.count, bytesPerRow: identity.signBytesPerRow ?? 0, seed: generator.next())
        }

        /// Adds the rows in pieces, without finishing the document.
        func addRows(to builder: inout ShardBuilder, _ generator: inout SeededGenerator) throws {
            var first = 0
            while first < passages.count {
                let end = min(first + Int.random(in: 1...700, using: &generator), passages.count)
                let width = builder.identity.bytesPerRow
                let signWidth = builder.identity.signBytesPerRow ?? 0
                try builder.append(
                    passages: Array(passages[first..<end]), codes: Array(codes[first * width..<end * width]),
                    signs: Array(signs[first * signWidth..<end * signWidth]))
                first = end
            }
        }
    }

    @Test(
        "equals a shard of whole documents, regardless of abandoned ones",
        arguments: 0..<4 as Range<UInt64>, [Precision.int8, .ubinary])
    func sameBytes(_ seed: UInt64, _ precision: Precision) throws {
        var generator = SeededGenerator(seed: seed)
        let identity = SampleIndex.identity(precision, dimension: 16)
        var whole = ShardBuilder(identity: identity)
        var pieces = ShardBuilder(identity: identity)
        for number in 0..<8 {
            let words = [1, 40, 9_000].randomElement(using: &generator) ?? 1
            let sample = Sample(number, words: words, identity: identity, using: &generator)
            try whole.append(sample.document, passages: sample.passages, codes: sample.codes, signs: sample.signs)
            while Bool.random(using: &generator) {
                let words = Int.random(in: 1...9_000, using: &generator)
                try Sample(number, words: words, identity: identity, using: &generator).addRows(to: &pieces, &generator)
                pieces.abandonDocument()
                #expect(pieces.openRowCount == 0)
            }
            try sample.addRows(to: &pieces, &generator)
            #expect(pieces.openRowCount == sample.passages.count)
            try pieces.finish(sample.document)
            #expect(pieces.byteCount == whole.byteCount)
        }
        #expect(pieces.rowCount == whole.rowCount)
        #expect(pieces.documentCount == 8)
        let scratch = try ScratchDirectory()
        _ = try whole.write(into: scratch.path, name: Self.name)
        let other = ShardName(milliseconds: 2, random: 2)
        _ = try pieces.write(into: scratch.path, name: other)
        #expect(
            try FileContents.read(Self.name.path(in: scratch.path)) == FileContents.read(other.path(in: scratch.path)),
            "\(generator)")
    }

    @Test("keeps text in its final compression")
    func compressedText() throws {
        var builder = ShardBuilder(identity: SampleIndex.identity(.ubinary))
        let text = Array(String(repeating: "the same words again and again ", count: 33).utf8)
        let passages = (0..<1_024).map { _ in
            ShardPassage(byteRange: 0..<9, lineRange: 1...1, tokenCount: 1, isTruncated: false, text: text)
        }
        for number in 0..<8 {
            try builder.append(
                SampleIndex.document("d\(number)", claim: "c", text: "x").0, passages: passages,
                codes: Array(repeating: 0, count: 1_024))
        }
        #expect(8 * 1_024 * text.count > 8_000_000)
        #expect(builder.byteCount < 1_000_000)
    }

    @Test("is not written while a document is open, and a document is not finished without rows")
    func openDocument() throws {
        let scratch = try ScratchDirectory()
        var builder = ShardBuilder(identity: SampleIndex.identity(.ubinary))
        let (document, passages) = SampleIndex.document("a", claim: "c", text: "b")
        #expect(throws: ShardsError.self) { try builder.finish(document) }
        try builder.append(passages: passages, codes: [1])
        #expect(throws: ShardsError.self) { try builder.append(document, passages: passages, codes: [1]) }
        #expect(throws: ShardsError.self) { try builder.write(into: scratch.path, name: Self.name) }
        var unnamed = document
        unnamed.path = []
        #expect(throws: ShardsError.self) { try builder.finish(unnamed) }
        #expect(builder.openRowCount == 1)
        try builder.finish(document)
        #expect(try builder.write(into: scratch.path, name: Self.name).rowCount == 1)
        builder.abandonDocument()
        #expect(builder.rowCount == 1, "no document was open")
    }

    @Test("learns its documents' claims at the end")
    func renamedClaim() throws {
        let scratch = try ScratchDirectory()
        var builder = ShardBuilder(identity: SampleIndex.identity(.ubinary))
        for (path, claim) in [("a", "c1"), ("b", "c2"), ("d", "c1")] {
            let (document, passages) = SampleIndex.document(path, claim: claim, text: "b")
            try builder.append(document, passages: passages, codes: [1])
        }
        builder.rename(claim: "c1", to: "c1+")
        builder.rename(claim: "unknown", to: "x")
        let receipt = try builder.write(into: scratch.path, name: Self.name)
        #expect(receipt.documents.map { receipt.claims[$0.claim] } == ["c1+", "c2", "c1+"])
        var claims: [String] = []
        try ShardReader(Self.name.path(in: scratch.path)).forEachDocument { _, stored in
            claims.append(stored.document.claim)
        }
        #expect(claims == ["c1+", "c2", "c1+"])
    }
}
