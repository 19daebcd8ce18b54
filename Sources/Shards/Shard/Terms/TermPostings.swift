import Platform

/// The rows of a shard in which a term stands; it is read with `ShardTerms`, from which it comes.
package struct TermPostings: Sendable {
    /// How many rows, dead ones included.
    package let rowCount: Int
    /// The largest count of the term in a row.
    package let largestCount: Int
    /// The fewest words of a row in which it stands.
    package let leastLength: Int

    /// The blocks that they are divided into.
    package var blockCount: Int { (rowCount + PostingsKernel.count - 1) / PostingsKernel.count }

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
            largestCount = single.count
            leastLength = try terms.wordCount(ofRow: single.row)
        } else if rowCount < PostingsKernel.count {
            form = .short(range)
            // A bound: to know better the list would have to be read.
            largestCount = Int(UInt16.max)
            leastLength = 0
        } else {
            let count = (rowCount + PostingsKernel.count - 1) / PostingsKernel.count
            let end = range.lowerBound + count * PostingsBlock.byteCount
            guard end <= range.upperBound else {
                throw terms.corrupt(range.lowerBound, "a list of postings is cut off")
            }
            let table = range.lowerBound..<end
            form = .blocks(table: table, data: end..<range.upperBound)
            let blocks = try terms.bytes(table)
            var largest = 0
            var least = Int(UInt16.max)
            for block in 0..<count {
                let entry = PostingsBlock(blocks, block)
                largest = max(largest, entry.largestCount)
                least = min(least, entry.leastLength)
            }
            largestCount = largest
            leastLength = least
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
