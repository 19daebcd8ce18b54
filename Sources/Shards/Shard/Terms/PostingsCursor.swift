/// Tells how often a term stands in one row after another.
///
/// It keeps the block that it has unpacked last, so rows that are near each other cost little. It belongs to one thread.
package final class PostingsCursor {
    private let postings: TermPostings
    private let terms: ShardTerms
    private var buffer = PostingsBuffer()
    /// The rows whose postings are all in the buffer.
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
            var isFound = false
            try terms.forEachBlock(of: postings, in: row..<row + 1) { block, rows in
                buffer = copy block
                self.rows = rows
                isFound = true
            }
            guard isFound else { return 0 }
        }
        return buffer.count(inRow: row)
    }
}
