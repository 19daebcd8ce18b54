/// The best rows so far, at most `limit` of them: a binary heap with the worst at the root.
///
/// Memory grows with the kept rows, not with the limit, so a limit above the number of rows costs nothing.
package struct TopRows: Sendable {
    /// The largest number of rows to keep.
    package let limit: Int
    private var heap: [RankedRow] = []

    /// Starts empty; a limit of 0 or less keeps nothing.
    package init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// The number of kept rows.
    package var count: Int {
        heap.count
    }

    /// Whether a row would be kept now; a NaN score is never kept.
    package func admits(_ candidate: RankedRow) -> Bool {
        guard heap.count == limit else { return !candidate.score.isNaN }
        guard let worst = heap.first else { return false }
        return candidate.precedes(worst)
    }

    /// Keeps a row if it is among the best, and drops the row that it displaces.
    ///
    /// - Complexity: O(log `limit`) for a row that is kept, O(1) for others.
    package mutating func insert(_ candidate: RankedRow) {
        guard admits(candidate) else { return }
        if heap.count < limit {
            heap.append(candidate)
            siftUp(from: heap.count - 1)
        } else {
            heap[0] = candidate
            siftDown()
        }
    }

    /// Keeps the best of both, as if every row had been inserted here.
    package mutating func merge(_ other: TopRows) {
        for candidate in other.heap {
            insert(candidate)
        }
    }

    /// Returns the rows kept, best first.
    package func ranked() -> [RankedRow] {
        heap.sorted { $0.precedes($1) }
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[worst].precedes(heap[child])
            {
                worst = child
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}

/// A row with its score.
package struct RankedRow: Equatable, Sendable {
    /// Higher is better.
    package let score: Double
    /// The number that the caller gave the row.
    package let row: UInt64

    package init(score: Double, row: UInt64) {
        self.score = score
        self.row = row
    }

    /// Whether this row comes before another: by descending score, then by ascending row.
    ///
    /// So a search returns the same list in whatever order threads and shards are scanned.
    package func precedes(_ other: RankedRow) -> Bool {
        score == other.score ? row < other.row : score > other.score
    }
}
