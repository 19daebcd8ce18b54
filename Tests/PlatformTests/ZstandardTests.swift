import Platform
import TestSupport
import Testing

@Suite("zstd")
struct ZstandardTests {
    private static func sample(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 97...104, using: &generator) }
    }

    @Test("compression is reversible", arguments: [0, 1, 255, 4_096, 300_000], [1, 3, 9])
    func roundTrip(_ count: Int, _ level: Int) throws {
        let bytes = Self.sample(count, seed: UInt64(count))
        var compressor = try ZstandardCompressor(level: level)
        var decompressor = try ZstandardDecompressor()
        for _ in 0..<2 {
            let frame = try compressor.compress(bytes.rawSpan)
            let said = Zstandard.contentByteCount(frame.rawSpan)
            #expect(said == count)
            #expect(try Zstandard.frameByteCount((frame + [1, 2, 3]).rawSpan) == frame.count)
            // Bit 2 of the frame header descriptor announces a checksum (RFC 8878, 3.1.1.1.1).
            #expect(frame[4] & 4 != 0)
            let checksum = UInt32(truncatingIfNeeded: XXH64.digest(of: bytes.rawSpan))
            let stored = frame.rawSpan.littleEndian(UInt32.self, at: frame.count - 4)
            #expect(stored == checksum)
            #expect(try decompressor.decompress(frame.rawSpan, byteCount: count) == bytes)
            #expect(try decompressor.decompressAll(frame.rawSpan, limit: count) == bytes)
        }
    }

    @Test("a wrong size, a flipped bit and a cut are refused", arguments: 0..<4 as Range<UInt64>)
    func damage(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.sample(2_000, seed: seed)
        var compressor = try ZstandardCompressor()
        var decompressor = try ZstandardDecompressor()
        let frame = try compressor.compress(bytes.rawSpan)
        for wrong in [0, 1_999, 2_001, .max] {
            let error = #expect(throws: PlatformError.self) {
                try decompressor.decompress(frame.rawSpan, byteCount: wrong)
            }
            #expect(error?.code == .corrupt)
        }
        for count in frame.indices {
            let cut = Array(frame[..<count])
            #expect(throws: PlatformError.self) { try decompressor.decompress(cut.rawSpan, byteCount: bytes.count) }
            if count > 0 {
                #expect(throws: PlatformError.self, "\(count)") {
                    try decompressor.decompressAll(cut.rawSpan, limit: 10_000)
                }
            }
        }
        for _ in 0..<200 {
            var damaged = frame
            damaged[Int.random(in: 8..<frame.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            let result = try? decompressor.decompress(damaged.rawSpan, byteCount: bytes.count)
            #expect(result == nil || result == bytes, "\(generator)")
        }
        #expect(try decompressor.decompress(frame.rawSpan, byteCount: bytes.count) == bytes, "the context still works")
    }

    @Test("all frames of a file are read up to the limit, except skippable ones")
    func frames() throws {
        var compressor = try ZstandardCompressor()
        let first = Self.sample(200_000, seed: 1)
        let second = Self.sample(70_000, seed: 2)
        let pad: [UInt8] = [0x51, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
        let isSkippable = Zstandard.isSkippable(pad.rawSpan)
        #expect(isSkippable)
        let file = try compressor.compress(first.rawSpan) + pad + compressor.compress(second.rawSpan) + pad
        var decompressor = try ZstandardDecompressor()
        #expect(try decompressor.decompressAll(file.rawSpan, limit: 270_000) == first + second)
        let error = #expect(throws: PlatformError.self) {
            try decompressor.decompressAll(file.rawSpan, limit: 269_999)
        }
        #expect(error?.code == .tooLarge)
        #expect(try decompressor.decompressAll(file.rawSpan, limit: 270_000) == first + second)
        #expect(try decompressor.decompressAll([UInt8]().rawSpan, limit: 0).isEmpty)
        #expect(throws: PlatformError.self) {
            try decompressor.decompressAll(Array("not zstd at all".utf8).rawSpan, limit: 100)
        }
        #expect(throws: PlatformError.self) { try Zstandard.frameByteCount(([1, 2, 3] as [UInt8]).rawSpan) }
        let said = Zstandard.contentByteCount(([1, 2, 3] as [UInt8]).rawSpan)
        #expect(said == nil)
    }
}
