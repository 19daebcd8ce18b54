import Encoding
import Indexing
import Ingest
import IngestSupport
import Platform
import Quantization
import Shards
import Spool
import SystemPackage
import Testing

/// Contents that the index has are not encoded again.
@Suite(.timeLimit(.minutes(10))) struct CopiesTests {
    private static let text = Array(repeating: "one two three four five six seven", count: 300).joined(separator: "\n")

    @Test(
        "a copy under another name takes the rows that are there",
        arguments: [
            ("a.txt", "b.txt", true), ("a.txt", "folder/b.md", true), ("a.txt.zst", "b.txt.zst", true),
            // A line with the same bytes as a whole file is another thing.
            ("a.txt", "b.jsonl", false),
        ])
    func copy(first: String, second: String, isCopied: Bool) async throws {
        let harness = try SpoolHarness()
        let text = isCopied ? Self.text : "{\"id\":\"x\",\"text\":\"one two\"}"
        func bytes(_ name: String) throws -> [UInt8] {
            guard name.hasSuffix(".zst") else { return Array(text.utf8) }
            var compressor = try ZstandardCompressor()
            return try compressor.compress(Array(text.utf8).rawSpan)
        }
        try harness.drop(FilePath(first), bytes(first))
        #expect(try await harness.run().tokensEncoded > 0)
        try harness.drop(FilePath(second), bytes(second))
        let status = try await harness.run()
        #expect((status.tokensEncoded == 0) == isCopied)
        #expect(status.documentsAdded == 1)
        let documents = try harness.documents()
        #expect(documents.count == 2)
        if isCopied { #expect(documents[first] == documents[second]) }
        #expect(try harness.isWorkEmpty)
    }

    @Test("a version that comes back is the current one again, without encoding")
    func thereAndBack() async throws {
        let harness = try SpoolHarness()
        for (text, isNew) in [(Self.text, true), ("other words", true), (Self.text, false), ("other words", false)] {
            try harness.drop("a.txt", text)
            let status = try await harness.run()
            #expect((status.tokensEncoded > 0) == isNew)
            #expect(try harness.documents() == ["a.txt": StubPassageEncoder.stored(Array(text.utf8))])
            #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array(text.utf8))
        }
    }

    @Test("lines of a file that another file has are copied one by one")
    func lines() async throws {
        let harness = try SpoolHarness()
        let lines = ["{\"id\":\"x\",\"text\":\"one two\"}", "{\"id\":\"y\",\"text\":\"three four\"}"]
        try harness.drop("a.jsonl", lines.joined(separator: "\n"))
        let first = try await harness.run().tokensEncoded
        try harness.drop("b.jsonl", (lines + ["{\"id\":\"z\",\"text\":\"five six\"}"]).joined(separator: "\n"))
        let second = try await harness.run().tokensEncoded
        #expect(first == 8)
        #expect(second == 4)
        #expect(
            try harness.documents() == [
                "a.jsonl#x": "one two", "a.jsonl#y": "three four", "b.jsonl#x": "one two", "b.jsonl#y": "three four",
                "b.jsonl#z": "five six",
            ])
    }

    @Test("codes and signs are copied bit by bit", arguments: [Precision.int8, .uint8, .binary, .float32])
    func codes(precision: Precision) async throws {
        let harness = try SpoolHarness { $0.indexing.precision = precision }
        let text = (0..<300).map { "word\($0) other\($0 * 7) third\($0 * 13)" }.joined(separator: "\n")
        try harness.drop("a.txt", text)
        _ = try await harness.run()
        try harness.drop("b.txt", text)
        #expect(try await harness.run().tokensEncoded == 0)
        let snapshot = try Snapshot.open(harness.index)
        #expect(snapshot.shards.count == 2)
        let (first, second) = (snapshot.shards[0].reader, snapshot.shards[1].reader)
        #expect(first.rowCount == second.rowCount && first.rowCount > 100)
        #expect((first.signs == nil) == !precision.needsRanges)
        for row in 0..<first.rowCount {
            #expect(try first.passage(ofRow: row).byteRange == second.passage(ofRow: row).byteRange)
        }
        for block in 0..<first.codes.blockCount {
            #expect(Self.bytes(first.block(block, of: .codes)) == Self.bytes(second.block(block, of: .codes)))
        }
        for block in 0..<(first.signs?.blockCount ?? 0) {
            #expect(Self.bytes(first.block(block, of: .signs)) == Self.bytes(second.block(block, of: .signs)))
        }
    }

    private static func bytes(_ span: RawSpan) -> [UInt8] {
        var bytes: [UInt8] = []
        for place in span.byteOffsets { bytes.append(span.littleEndian(at: place) ?? 0) }
        return bytes
    }

    @Test("where the rows are gone the text is encoded")
    func goneShard() async throws {
        let harness = try SpoolHarness()
        for text in [Self.text, "other words", "third words"] {
            try harness.drop("a.txt", text)
            _ = try await harness.run()
        }
        let listed = try Set(Snapshot.open(harness.index).shards.map(\.listed.name.fileName))
        for entry in try Directory.entries(of: harness.index) {
            let name = entry.name.string
            if name.hasSuffix(".zst"), !listed.contains(name) {
                try Directory.removeFile(harness.index.appending(entry.name))
            }
        }
        try harness.drop("a.txt", Self.text)
        #expect(try await harness.run().tokensEncoded > 0)
        #expect(try harness.documents() == ["a.txt": StubPassageEncoder.stored(Array(Self.text.utf8))])
    }
}
