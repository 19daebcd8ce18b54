import Documents
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct ContentsReaderTests {
    let scratch: ScratchDirectory
    let folder: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        folder = try OpenDirectory(scratch.path)
    }

    private func reader(_ bytes: [UInt8], isCompressed: Bool = false) throws -> ContentsReader {
        try AtomicFile.replaceVolatile(bytes, at: scratch.path.appending("f"))
        return try ContentsReader(folder.openFile("f"), isCompressed: isCompressed)
    }

    private func all(_ reader: ContentsReader) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try reader.next() {
            #expect(!piece.isEmpty && piece.count <= ContentsReader.pieceByteCount)
            bytes += piece
        }
        return bytes
    }

    static let sizes = [0, 1, 4096, 262_143, 262_144, 262_145, 1_000_000]

    @Test(arguments: sizes) func givesTheFileAsOftenAsItIsAskedFor(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        let reader = try reader(bytes)
        for _ in 0..<3 {
            #expect(try all(reader) == bytes)
            #expect(reader.byteCount == size)
            #expect(reader.packedByteCount == size)
            #expect(reader.digest == SHA256Digest(of: bytes))
            try reader.rewind()
        }
    }

    @Test(arguments: sizes.dropFirst()) func unpacks(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 >> 3) }
        var compressor = try ZstandardCompressor()
        // Two frames, as `cat a.zst b.zst` makes them.
        let half = size / 2
        let packed =
            try compressor.compress(Array(bytes[..<half]).rawSpan)
            + compressor.compress(Array(bytes[half...]).rawSpan)
        let reader = try reader(packed, isCompressed: true)
        for _ in 0..<2 {
            #expect(try all(reader) == bytes)
            #expect(reader.packedByteCount == packed.count)
            #expect(reader.digest == SHA256Digest(of: packed))
            try reader.rewind()
        }
    }

    @Test func refusesWhatIsNoWholeZstandardFile() throws {
        var compressor = try ZstandardCompressor()
        let packed = try compressor.compress([UInt8](repeating: 1, count: 100_000).rawSpan)
        for bytes in [Array(packed.dropLast()), Array(packed.prefix(5)), [1, 2, 3, 4, 5], packed + [9, 9, 9, 9, 9]] {
            let reader = try reader(bytes, isCompressed: true)
            let error = #expect(throws: PlatformError.self) { try all(reader) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func goesOnAfterAReadThatFailed() throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let reader = try reader(bytes)
        let plan = FaultPlan(below: scratch.path) { site, before, _ in
            guard site.call == .read else { return .none }
            return before % 3 == 0 ? .fail(.ioError) : before % 3 == 1 ? .short : .none
        }
        plan.arm()
        defer { plan.disarm() }
        var read: [UInt8] = []
        var failures = 0
        while true {
            do throws(PlatformError) {
                guard let piece = try reader.next() else { break }
                read += piece
            } catch {
                failures += 1
            }
        }
        #expect(failures > 0)
        #expect(read == bytes)
        #expect(reader.digest == SHA256Digest(of: bytes))
    }
}
