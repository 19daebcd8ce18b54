import Platform
import SystemPackage

/// S2: the seek table of zstd's seekable format 0.1.0, by which any zstd tool, and our reader, finds its way (Format.md, 1.6).
///
/// https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
struct SeekTable {
    private var entries: [UInt8] = []
    private var count = 0

    private static let entryByteCount = 12
    private static let footerByteCount = 9
    /// The format's limit.
    static let maximumFrameCount = 0x800_0000

    /// Bytes of the whole skippable frame.
    static func byteCount(frames: Int) -> Int {
        ShardFormat.skippableHeaderByteCount + frames * entryByteCount + footerByteCount
    }

    /// Lists a frame with content.
    mutating func append(byteCount: Int, decodedByteCount: Int, checksum: UInt32) {
        entries.append(littleEndian: UInt32(byteCount))
        entries.append(littleEndian: UInt32(decodedByteCount))
        entries.append(littleEndian: checksum)
        count += 1
    }

    /// Lists a frame without content: F0 or a skippable one.
    mutating func append(emptyFrame byteCount: Int) {
        append(byteCount: byteCount, decodedByteCount: 0, checksum: ShardFormat.emptyChecksum)
    }

    /// Bytes that the frame will have once `more` frames are added.
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

    /// Where S1's payload stands in a file, found from the file's end.
    ///
    /// - Returns: the range of the payload; S2 begins at its end.
    /// - Throws: `ShardsError` of code `.corrupt`; a file that was cut short fails here.
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
        else { throw corrupt("it does not begin where its footer says", at: end - 9) }
        let indexStart = start - Int(indexByteCount)
        guard indexStart >= ShardFormat.sectionsOffset, indexByteCount >= ShardFormat.skippableHeaderByteCount else {
            throw corrupt("its last entry leads nowhere", at: end - footerByteCount - entryByteCount)
        }
        let payload = indexStart + ShardFormat.skippableHeaderByteCount
        let isIndex = file.littleEndian(UInt32.self, at: indexStart) == ShardFormat.indexMagic
        let isFitting = file.littleEndian(UInt32.self, at: indexStart + 4).map(Int.init) == start - payload
        // One of them wrong is damage there; both wrong means that the table led to another place.
        guard isIndex || isFitting else {
            throw corrupt("its last entry does not lead to an index", at: end - footerByteCount - entryByteCount)
        }
        guard isIndex, isFitting else {
            throw corrupt("not the skippable frame of an index", at: indexStart, "index")
        }
        return payload..<start
    }
}
