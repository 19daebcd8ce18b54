import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The decoded size of a frame")
struct FrameLimitTests {
    /// Sections 3 and 5, as in a shard without a sign plane.
    private static let text = 1
    private static let documents = 3

    /// A shard of documents with one passage each, of these sizes in bytes.
    private static func shard(_ sizes: [Int], in scratch: ScratchDirectory) throws -> FilePath {
        var builder = ShardBuilder(identity: SampleIndex.identity(.float32))
        for (number, size) in sizes.enumerated() {
            let text = Array(repeating: UInt8(ascii: "a") + UInt8(number), count: size)
            let sample = SampleIndex.document("d\(number)", claim: "c", text: String(decoding: text, as: UTF8.self))
            try SampleIndex.append(sample, to: &builder, seed: UInt64(number))
        }
        let name = ShardName(milliseconds: 1, random: 1)
        _ = try builder.write(into: scratch.path, name: name)
        return scratch.path.appending(name.fileName)
    }

    @Test(
        "a passage of any writable size is read back",
        arguments: [[1], [65_536], [65_537], [10, 300_000, 10], [3 << 20]])
    func written(sizes: [Int]) throws {
        let scratch = try ScratchDirectory()
        let reader = try ShardReader(try Self.shard(sizes, in: scratch))
        var rows = try RowReader(reader)
        for row in sizes.indices { #expect(try rows.text(of: rows.passage(ofRow: row)).count == sizes[row]) }
    }

    @Test(
        "a frame that claims more is refused when the shard is opened",
        arguments: [
            ([10], text, 1 << 27, true), ([10], text, 1 << 27 | 1, false), ([10], text, 1 << 30, false),
            ([10], documents, 1 << 30, false),
            ([10, 10], text, 65_536, true), ([10, 10], text, 65_537, false), ([10, 10], documents, 65_537, false),
        ])
    func claimed(sizes: [Int], section: Int, byteCount: Int, isOpened: Bool) throws {
        let scratch = try ScratchDirectory()
        let path = try Self.shard(sizes, in: scratch)
        var forged = try ForgedShard(try FileContents.read(path))
        // Codes are raw blocks, so each of the other sections has one frame in the list.
        forged.index.overwrite(at: 32 + 72 * section + 40, with: UInt64(byteCount), byteCount: 8)
        forged.index.overwrite(at: 32 + 72 * 4 + 12 * (section - 1) + 4, with: UInt64(byteCount), byteCount: 4)
        try AtomicFile.replaceVolatile(forged.serialized(), at: path)
        do {
            let reader = try ShardReader(path)
            #expect(isOpened)
            // The frame itself states another size, so nothing of the claimed size is allocated.
            let error = #expect(throws: ShardsError.self) { try reader.text(of: reader.passage(ofRow: 0)) }
            #expect(error?.code == .corrupt)
        } catch let error as ShardsError {
            #expect(!isOpened, "\(error)")
            #expect(error.code == .corrupt)
        }
    }

    @Test("rows in any order equal those read one by one")
    func order() throws {
        let scratch = try ScratchDirectory()
        let reader = try ShardReader(try Self.shard([40_000, 40_000, 10, 70_000, 20, 30], in: scratch))
        var rows = try RowReader(reader)
        for row in [5, 0, 3, 3, 1, 4, 2, 0] {
            let passage = try rows.passage(ofRow: row)
            #expect(passage == (try reader.passage(ofRow: row)))
            #expect(try rows.text(of: passage) == reader.text(of: passage))
            #expect(try rows.document(passage.document) == reader.document(passage.document))
        }
    }
}
