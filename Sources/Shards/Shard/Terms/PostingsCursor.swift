/// Tells how often a term stands in one row after another.
///
/// It keeps the block that it has unpacked last, so rows that are near each other cost little. It belongs to one thread.
package final class PostingsCursor {
    private let postings: TermPostings
    private let terms: ShardTerms
    /// The postings of the block, rows and counts.
    private var numbers = [UInt32](repeating: 0, count: PostingsKernel.count)
    private var counts = [UInt32](repeating: 0, count: PostingsKernel.count)
    private var postingCount = 0
    /// The rows whose postings are all in it.
    private var rows = 0..<0

    /// Begins with a term's postings in a shard.
    package init(_ postings: TermPostings, in terms: ShardTerms) {
        self.postings = postings
        self.terms = terms
    }

    /// How often the term stands in a row of the shard; 0 when it does not.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func count(inRow row: Int) throws(ShardsError) -> Int {
        if !rows.contains(row) {
            // Where no block follows, none of the rows from here on has the term.
            (postingCount, rows) = (0, row..<max(terms.rowCount, row + 1))
            try terms.forEachBlock(of: postings, in: row..<row + 1) { block, rows in
                block.copy(rows: &numbers, counts: &counts)
                (postingCount, self.rows) = (block.count, rows)
            }
        }
        var (low, high) = (0, postingCount)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low < postingCount && numbers[low] == row ? Int(counts[low]) : 0
    }
}
