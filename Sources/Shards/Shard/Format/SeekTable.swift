import Platform
import SystemPackage

/// S2: the seek table of zstd's seekable format 0.1.0, which guides our reader and any zstd tool (Format.md, 1.6).
///
/// https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
struct SeekTable {
    private var entries: [UInt8] = []
    private var count = 0

    private static let entryByteCount = 12
    private static let footerByteCount = 9
    /// The format's limit.
    static let maximumFrameCount = 0x800_0000

    /// The size of the whole skippable frame in bytes.
    static func byteCount(frames: Int) -> Int {
        ShardFormat.skippableHeaderByteCount + frames * entryByteCount + footerByteCount
    }

    /// Adds a frame with contents.
    mutating func append(byteCount: Int, decodedByteCount: Int, checksum: UInt32) {
        entries.append(littleEndian: UInt32(byteCount))
        entries.append(littleEndian: UInt32(decodedByteCount))
        entries.append(littleEndian: checksum)
        count += 1
    }

    /// Adds a frame without contents: F0 or a skippable one.
    mutating func append(emptyFrame byteCount: Int) {
        append(byteCount: byteCount, decodedByteCount: 0, checksum: ShardFormat.emptyChecksum)
    }

    /// The size of the frame once `more` frames are added.
    func byteCount(adding more: Int) -> Int {
        Self.byteCount(frames: count + more)
    }

    /// The whole skippable frame.
    func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ShardFormat.seekTableMagic)
        bytes.append(littleEndian: UInt32(entries.count + Self.footerByteCount))
        bytes += entries
        bytes.append(littleEndian: UInt32(count))
        bytes.append(ShardFormat.seekTableDescriptor)
        bytes.append(littleEndian: ShardFormat.seekTableFooterMagic)
        return bytes
    }

    /// Finds the range of S1's payload in a file, starting from the file's end; S2 begins where it ends.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`; a truncated file fails here.
    static func locateIndex(_ file: RawSpan, path: FilePath) throws(ShardsError) -> Range<Int> {
        let end = file.byteCount
        func corrupt(_ message: String, at offset: Int, _ section: String = "seek table") -> ShardsError {
            ShardsError(.corrupt, path: path, section: section, offset: offset, message)
        }
        guard end >= ShardFormat.sectionsOffset + byteCount(frames: 1),
            file.littleEndian(UInt32.self, at: end - 4) == ShardFormat.seekTableFooterMagic,
            file.littleEndian(UInt8.self, at: end - 5) == ShardFormat.seekTableDescriptor,
            let frames = file.littleEndian(UInt32.self, at: end - 9).map(Int.init)
        else { throw corrupt("the file does not end with a seek table; it may be cut short", at: max(end - 9, 0)) }
        let start = end - byteCount(frames: frames)
        guard (1...maximumFrameCount).contains(frames), start > ShardFormat.sectionsOffset,
            file.littleEndian(UInt32.self, at: start) == ShardFormat.seekTableMagic,
            file.littleEndian(UInt32.self, at: start + 4).map(Int.init)
                == end - start - ShardFormat.skippableHeaderByteCount,
            let indexByteCount = file.littleEndian(UInt32.self, at: end - footerByteCount - entryByteCount)
        else { throw corrupt("it does not begin where its footer states", at: end - 9) }
        let indexStart = start - Int(indexByteCount)
        guard indexStart >= ShardFormat.sectionsOffset, indexByteCount >= ShardFormat.skippableHeaderByteCount else {
            throw corrupt("its last entry leads nowhere", at: end - footerByteCount - entryByteCount)
        }
        let payload = indexStart + ShardFormat.skippableHeaderByteCount
        let isIndex = file.littleEndian(UInt32.self, at: indexStart) == ShardFormat.indexMagic
        let isFitting = file.littleEndian(UInt32.self, at: indexStart + 4).map(Int.init) == start - payload
        // If one of them is wrong, the damage is there; if both are wrong, the table led to the wrong position.
        guard isIndex || isFitting else {
            throw corrupt("its last entry does not lead to an index", at: end - footerByteCount - entryByteCount)
        }
        guard isIndex, isFitting else {
            throw corrupt("not the skippable frame of an index", at: indexStart, "index")
        }
        return payload..<start
    }
}
