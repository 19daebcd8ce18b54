/// A row with its score.
package struct RankedRow: Equatable, Sendable {
    /// Higher is better.
    package let score: Double
    /// Whatever number the caller gave the row.
    package let row: UInt64

    package init(score: Double, row: UInt64) {
        self.score = score
        self.row = row
    }

    /// Whether this row comes before another: by descending score, equal scores by ascending row, so that a search gives the same
    /// list whatever the order in which threads and shards were scanned.
    package func precedes(_ other: RankedRow) -> Bool {
        score == other.score ? row < other.row : score > other.score
    }
}
