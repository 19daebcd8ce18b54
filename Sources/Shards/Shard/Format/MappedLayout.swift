import Platform

/// Where the parts of a mapped section lie: a skippable frame with a pad, the content, and the checksums of its chunks
/// (Format.md, 1.8).
struct MappedLayout: Sendable, Equatable {
    /// The content in the file; it begins at a multiple of 64.
    let content: Range<Int>
    /// The checksums in the file; they begin at a multiple of 8.
    let checksums: Range<Int>
    private let offset: Int

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

    /// The bytes of the section around its content: the header with the pad before, and the pad after with the checksums.
    func frame(checksums: [UInt8]) -> (before: [UInt8], after: [UInt8]) {
        let header = offset + ShardFormat.skippableHeaderByteCount
        var before: [UInt8] = []
        before.append(littleEndian: ShardFormat.mappedMagic)
        before.append(littleEndian: UInt32(self.checksums.upperBound - header))
        before += Array(repeating: 0, count: content.lowerBound - header)
        return (before, Array(repeating: 0, count: self.checksums.lowerBound - content.upperBound) + checksums)
    }
}
