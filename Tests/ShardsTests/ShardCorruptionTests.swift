import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// Reading any file returns a result or an error, and never crashes.
@Suite("Damaged shards")
struct ShardCorruptionTests {
    /// Reads everything in a shard; returns whether any part was refused.
    private static func exercise(_ path: FilePath) -> Bool {
        var isRefused = false
        func attempt(_ body: () throws(ShardsError) -> Void) {
            do throws(ShardsError) { try body() } catch { isRefused = true }
        }
        let reader: ShardReader
        do { reader = try ShardReader(path) } catch { return true }
        var sum = scan(reader)
        attempt { () throws(ShardsError) in
            for passage in try reader.allPassages() { sum += try reader.text(of: passage).count }
        }
        for row in 0..<reader.rowCount {
            attempt { () throws(ShardsError) in _ = try reader.passage(ofRow: row) }
        }
        for number in 0..<reader.documentCount {
            attempt { () throws(ShardsError) in _ = try reader.document(number) }
        }
        attempt { () throws(ShardsError) in try reader.forEachDocument { _, document in sum += document.rows.count } }
        return isRefused
    }

    /// The bytes of all blocks.
    private static func scan(_ reader: ShardReader) -> Int {
        var sum = 0
        for block in 0..<reader.codes.blockCount {
            let bytes = reader.block(block, of: .codes)
            sum += bytes.byteCount
        }
        for block in 0..<(reader.signs?.blockCount ?? 0) {
            let bytes = reader.block(block, of: .signs)
            sum += bytes.byteCount
        }
        return sum
    }

    @Test("random bytes changed", arguments: 0..<8 as Range<UInt64>)
    func randomDamage(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let written = try ShardRoundTripTests.Written(
            seed % 2 == 0 ? .int8 : .float32, dimension: 16, rows: 40,
            options: .init(compressesCodes: seed % 4 > 1), seed: seed)
        let original = try FileContents.read(written.path)
        let target = written.scratch.path.appending("damaged.zst")
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: .min ... .max, using: &generator)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            try AtomicFile.replaceVolatile(bytes, at: target)
            _ = Self.exercise(target)
        }
        #expect(!Self.exercise(written.path), "\(generator)")
    }

    /// With corrected checksums, only the checks of each number prevent a crash.
    @Test("wrong numbers with correct checksums", arguments: 0..<8 as Range<UInt64>)
    func forgedNumbers(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let written = try ShardRoundTripTests.Written(
            seed % 2 == 0 ? .int8 : .ubinary, dimension: 16, rows: 60,
            options: .init(compressesCodes: seed % 4 > 1), seed: seed)
        let shard = try ForgedShard(FileContents.read(written.path))
        #expect(shard.serialized() == (try FileContents.read(written.path)), "the forger's own work is right")
        let target = written.scratch.path.appending("forged.zst")
        let extremes: [UInt64] = [0, 1, 0x7F, 0xFF, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, .max, 1 << 56, 1 << 63]
        for _ in 0..<150 {
            var forged = shard
            let value = extremes.randomElement(using: &generator) ?? generator.next()
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let field = Int.random(in: 2..<46, using: &generator) * 4
                forged.header.overwrite(
                    at: field, with: value, byteCount: [4, 8][Int.random(in: 0...1, using: &generator)])
            case 1:
                let field = Int.random(in: 2..<forged.index.count / 4 - 2, using: &generator) * 4
                forged.index.overwrite(
                    at: field, with: value, byteCount: [4, 8][Int.random(in: 0...1, using: &generator)])
            default:
                let section = Int.random(in: forged.frames.indices, using: &generator)
                let frame = Int.random(in: forged.frames[section].indices, using: &generator)
                guard case .compressed(var content) = forged.frames[section][frame] else { continue }
                let field = Int.random(in: 0..<max(content.count / 4, 1), using: &generator) * 4
                content.overwrite(at: field, with: value, byteCount: 4)
                forged.frames[section][frame] = .compressed(content)
                try AtomicFile.replaceVolatile(forged.rebuilt(), at: target)
                _ = Self.exercise(target)
                continue
            }
            try AtomicFile.replaceVolatile(forged.serialized(), at: target)
            _ = Self.exercise(target)
        }
        try AtomicFile.replaceVolatile(shard.rebuilt(), at: target)
        #expect(!Self.exercise(target), "\(generator)")
    }

    @Test(
        "a file that is not a shard is refused with its name",
        arguments: [
            [], [0], Array("hello world, this is text".utf8), Array(repeating: 0x28 as UInt8, count: 5_000),
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 0x01, 0x00, 0x00],
        ] as [[UInt8]])
    func notAShard(_ bytes: [UInt8]) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("shard.zst")
        try AtomicFile.replaceVolatile(bytes, at: path)
        let error = #expect(throws: ShardsError.self) { try ShardReader(path) }
        #expect(error?.code == .corrupt)
        #expect(error?.description.contains(path.string) == true)
    }

    @Test("a section of an unknown type is skipped when optional, and refused otherwise")
    func unknownSection() throws {
        let written = try ShardRoundTripTests.Written(.int8, dimension: 16, rows: 20, options: .init(), seed: 4)
        var shard = try ForgedShard(FileContents.read(written.path))
        let target = written.scratch.path.appending("later.zst")
        // The sign plane becomes a section of a later version: type 77.
        shard.index.overwrite(at: 32 + 72, with: 77, byteCount: 4)
        try AtomicFile.replaceVolatile(shard.serialized(), at: target)
        let reader = try ShardReader(target)
        #expect(reader.signs == nil)
        #expect(!Self.exercise(target))
        shard.index.overwrite(at: 32 + 72 + 4, with: 0, byteCount: 4)
        try AtomicFile.replaceVolatile(shard.serialized(), at: target)
        let error = #expect(throws: ShardsError.self) { try ShardReader(target) }
        #expect(error?.code == .unsupported)
    }

    @Test("a later format is refused as such")
    func laterFormat() throws {
        let written = try ShardRoundTripTests.Written(.int8, dimension: 16, rows: 20, options: .init(), seed: 4)
        var shard = try ForgedShard(FileContents.read(written.path))
        shard.header.overwrite(at: 8, with: 2, byteCount: 4)
        let target = written.scratch.path.appending("later.zst")
        try AtomicFile.replaceVolatile(shard.serialized(), at: target)
        let error = #expect(throws: ShardsError.self) { try ShardReader(target) }
        #expect(error?.code == .unsupported)
        #expect(error?.description.contains("format 2") == true)
    }
}
