import Platform

/// The rows of a shard in which a term stands; it is read with `ShardTerms`, from which it comes.
package struct TermPostings: Sendable {
    /// How many rows, dead ones included.
    package let rowCount: Int

    /// The blocks that they are divided into.
    package var blockCount: Int { Self.blockCount(rows: rowCount) }

    private static func blockCount(rows: Int) -> Int { (rows + PostingsKernel.count - 1) / PostingsKernel.count }

    enum Form: Sendable {
        case single(Posting)
        /// Fewer than a block, at this place in the content.
        case short(Range<Int>)
        /// Blocks: their table and their bytes in the content.
        case blocks(table: Range<Int>, data: Range<Int>)
    }

    let form: Form

    init(_ entry: TermsDictionary.Entry, in terms: borrowing ShardTerms) throws(ShardsError) {
        rowCount = entry.rowCount
        let start = terms.header.postings
        let range = start + entry.list.lowerBound..<start + entry.list.upperBound
        guard range.upperBound <= terms.header.end, rowCount <= terms.rowCount else {
            throw terms.corrupt(start, "a list of postings is at an impossible place")
        }
        if let single = entry.single {
            guard single.row < terms.rowCount else { throw terms.corrupt(start, "a posting is of a missing row") }
            form = .single(single)
        } else if rowCount < PostingsKernel.count {
            form = .short(range)
        } else {
            let end = range.lowerBound + Self.blockCount(rows: rowCount) * PostingsBlock.byteCount
            guard end <= range.upperBound else {
                throw terms.corrupt(range.lowerBound, "a list of postings is cut off")
            }
            form = .blocks(table: range.lowerBound..<end, data: end..<range.upperBound)
        }
    }
}

extension PostingsBlock {
    /// Reads an entry of a table that has it.
    init(_ table: RawSpan, _ block: Int) {
        let start = block * Self.byteCount
        lastRow = Int(table.littleEndian(UInt32.self, at: start) ?? 0)
        largestCount = Int(table.littleEndian(UInt16.self, at: start + 4) ?? 0)
        leastLength = Int(table.littleEndian(UInt16.self, at: start + 6) ?? 0)
        offset = Int(table.littleEndian(UInt32.self, at: start + 8) ?? 0)
    }
}
