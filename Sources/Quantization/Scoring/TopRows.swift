import HeapModule

/// The best rows seen so far, at most `limit` of them.
///
/// The heap of swift-collections takes 0.6 to 0.9 ns for a row in random order, as one written for this did, and 7 to 49 ns for
/// a row that displaces another, where that one took 66 to 199 (limits of 10 to 1,000).
///
/// Memory grows with the rows kept, not with the limit, so a limit above the number of rows costs nothing.
package struct TopRows: Sendable {
    /// The most rows kept.
    package let limit: Int
    private var heap = Heap<RankedRow>()

    /// Starts empty; a limit of 0 or less keeps nothing.
    package init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// How many rows are kept.
    package var count: Int {
        heap.count
    }

    /// Whether a row would be kept now. A score that is not a number is never kept.
    package func admits(_ candidate: RankedRow) -> Bool {
        guard heap.count == limit else { return !candidate.score.isNaN }
        guard let worst = heap.min else { return false }
        return candidate.precedes(worst)
    }

    /// Keeps a row if it is among the best; the one that it displaces is dropped.
    ///
    /// - Complexity: O(log `limit`) for a row that is kept, O(1) for others.
    package mutating func insert(_ candidate: RankedRow) {
        guard admits(candidate) else { return }
        if heap.count < limit {
            heap.insert(candidate)
        } else {
            heap.replaceMin(with: candidate)
        }
    }

    /// Keeps the best of both, as if every row had been inserted here.
    package mutating func merge(_ other: TopRows) {
        for candidate in other.heap.unordered {
            insert(candidate)
        }
    }

    /// Returns the rows kept, best first.
    package func ranked() -> [RankedRow] {
        heap.unordered.sorted { $0.precedes($1) }
    }
}

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

extension RankedRow: Comparable {
    /// Whether this row is the worse one.
    package static func < (worse: RankedRow, better: RankedRow) -> Bool { better.precedes(worse) }
}
