import Platform

/// How rows of equal size are divided into blocks, and blocks placed in a file.
///
/// Every block but the last has the same number of rows. Contents start a constant stride apart at multiples of 64
/// bytes, so one multiplication finds any row (Format.md, 1.3).
package struct BlockLayout: Sendable, Hashable {
    package let rowCount: Int
    package let bytesPerRow: Int
    /// The rows of every block but the last.
    package let rowsPerBlock: Int

    /// The magic, descriptor, content size and block header of a frame with one raw block.
    static let frameHeaderByteCount = 12
    static let frameTrailerByteCount = 4
    static let alignment = 64

    /// Divides rows of 1 to 131,072 bytes.
    package init(rowCount: Int, bytesPerRow: Int) {
        self.rowCount = rowCount
        self.bytesPerRow = bytesPerRow
        rowsPerBlock = Self.rowsPerBlock(bytesPerRow: bytesPerRow)
    }

    /// The rows that fit into the largest raw block: a multiple of 64 where 64 fit, else of 16 where 16 fit.
    static func rowsPerBlock(bytesPerRow: Int) -> Int {
        let rows = ShardFormat.maximumBlockByteCount / bytesPerRow
        return rows >= 64 ? rows & ~63 : rows >= 16 ? rows & ~15 : rows
    }

    package var blockCount: Int {
        rowCount / rowsPerBlock + (rowCount % rowsPerBlock == 0 ? 0 : 1)
    }

    /// The rows of a block.
    package func rows(inBlock block: Int) -> Range<Int> {
        let first = block * rowsPerBlock
        return first..<min(first + rowsPerBlock, rowCount)
    }

    /// The size of a block's rows in bytes.
    package func byteCount(ofBlock block: Int) -> Int {
        rows(inBlock: block).count * bytesPerRow
    }

    /// The range of a block's rows in the concatenation of all rows.
    func decodedRange(ofBlock block: Int) -> Range<Int> {
        let first = block * rowsPerBlock * bytesPerRow
        return first..<first + byteCount(ofBlock: block)
    }

    /// The distance between the contents of two blocks in a file.
    var stride: Int {
        Self.roundUp(
            rowsPerBlock * bytesPerRow + Self.frameHeaderByteCount + Self.frameTrailerByteCount
                + ShardFormat.skippableHeaderByteCount, to: Self.alignment)
    }

    /// The size of the pad, header included, before the first block of a section that begins at `offset`.
    static func firstPadByteCount(at offset: Int) -> Int {
        let least = offset + ShardFormat.skippableHeaderByteCount + frameHeaderByteCount
        return roundUp(least, to: alignment) - offset - frameHeaderByteCount
    }

    /// The size of the pad before every other block.
    var padByteCount: Int {
        stride - rowsPerBlock * bytesPerRow - Self.frameHeaderByteCount - Self.frameTrailerByteCount
    }

    /// The offset of the first block's contents in a section that begins at `offset`.
    func firstContentOffset(at offset: Int) -> Int {
        offset + Self.firstPadByteCount(at: offset) + Self.frameHeaderByteCount
    }

    /// The size of a whole section of raw blocks that begins at `offset`.
    func sectionByteCount(at offset: Int) -> Int {
        guard blockCount > 0 else { return 0 }
        return Self.firstPadByteCount(at: offset) + Self.frameHeaderByteCount + (blockCount - 1) * stride
            + byteCount(ofBlock: blockCount - 1) + Self.frameTrailerByteCount
    }

    /// The bytes before a block's contents; only these are valid for its size.
    static func frameHeader(contentByteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ShardFormat.frameMagic)
        // Content size in 4 bytes, single segment, content checksum.
        bytes.append(0xA4)
        bytes.append(littleEndian: UInt32(contentByteCount))
        // A raw block, the last one of its frame.
        let block = UInt32(contentByteCount) << 3 | 1
        bytes += [UInt8(truncatingIfNeeded: block), UInt8(truncatingIfNeeded: block >> 8)]
        bytes.append(UInt8(truncatingIfNeeded: block >> 16))
        return bytes
    }

    private static func roundUp(_ value: Int, to multiple: Int) -> Int {
        (value + multiple - 1) / multiple * multiple
    }
}
