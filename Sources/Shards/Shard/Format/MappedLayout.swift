import Platform

/// Where the parts of a mapped section lie: a skippable frame with a pad, the content, and the checksums of its chunks
/// (Format.md, 1.8).
struct MappedLayout: Sendable, Equatable {
    /// The content in the file; it begins at a multiple of 64.
    let content: Range<Int>
    /// The checksums in the file; they begin at a multiple of 8.
    let checksums: Range<Int>
    /// The section's first byte in the file.
    let offset: Int

    /// Lays out a content in a section that begins at `offset`.
    init(offset: Int, contentByteCount: Int) {
        self.offset = offset
        let start = (offset + ShardFormat.skippableHeaderByteCount + 63) & ~63
        content = start..<start + contentByteCount
        let sums = (content.upperBound + 7) & ~7
        checksums = sums..<sums + 8 * ChunkChecks.chunkCount(contentByteCount)
    }

    /// The size of the whole section.
    var byteCount: Int { checksums.upperBound - offset }

    /// The bytes of the section before its content: the header of the frame, and the pad.
    var start: [UInt8] {
        let header = offset + ShardFormat.skippableHeaderByteCount
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ShardFormat.mappedMagic)
        bytes.append(littleEndian: UInt32(checksums.upperBound - header))
        return bytes + Array(repeating: 0, count: content.lowerBound - header)
    }

    /// The bytes after the content: the pad, and the checksums.
    func end(checksums sums: [UInt8]) -> [UInt8] {
        Array(repeating: 0, count: checksums.lowerBound - content.upperBound) + sums
    }
}
