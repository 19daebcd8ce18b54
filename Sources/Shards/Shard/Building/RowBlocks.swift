/// Rows of equal size, collected in the blocks of the file.
///
/// So a growing shard never copies its rows, as one growing array would.
struct RowBlocks: Sendable {
    let bytesPerRow: Int
    private let rowsPerBlock: Int
    private(set) var blocks: [[UInt8]] = []
    private(set) var rowCount = 0

    /// Makes an empty collection for rows of at most `ShardFormat.maximumBlockByteCount` bytes; 0 for rows that are not
    /// stored.
    init(bytesPerRow: Int) {
        self.bytesPerRow = bytesPerRow
        rowsPerBlock = bytesPerRow > 0 ? BlockLayout.rowsPerBlock(bytesPerRow: bytesPerRow) : 0
    }

    var byteCount: Int { rowCount * bytesPerRow }

    /// Adds whole rows.
    mutating func append(_ rows: [UInt8]) {
        guard bytesPerRow > 0 else { return }
        var rest = rows[...]
        while !rest.isEmpty {
            if rowCount == blocks.count * rowsPerBlock { begin() }
            let room = (blocks.count * rowsPerBlock - rowCount) * bytesPerRow
            let piece = rest.prefix(room)
            blocks[blocks.count - 1] += piece
            rowCount += piece.count / bytesPerRow
            rest = rest.dropFirst(piece.count)
        }
    }

    private mutating func begin() {
        blocks.append([])
        // A first block may stay small; a later one will most likely be filled.
        if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(rowsPerBlock * bytesPerRow) }
    }

    /// Removes the last rows.
    mutating func truncate(rows count: Int) {
        guard bytesPerRow > 0, count < rowCount else { return }
        let full = count / rowsPerBlock
        let rest = count % rowsPerBlock
        blocks.removeSubrange((rest == 0 ? full : full + 1)...)
        if rest > 0 { blocks[full].removeSubrange((rest * bytesPerRow)...) }
        rowCount = count
    }
}
