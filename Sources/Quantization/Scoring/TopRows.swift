import HeapModule

/// The best rows seen so far, at most `limit` of them.
///
/// The heap of swift-collections takes 0.6 to 0.9 ns for a row in random order, as one written for this did, and 7 to 49 ns for
/// a row that displaces another, where that one took 66 to 199 (limits of 10 to 1,000). A long list is kept in no order and cut
/// back to its best half when it is twice as long as it may be, which is expected to take a constant time for each row.
///
/// Memory grows with the kept rows, not with the limit, so a limit above the number of rows costs nothing.
package struct TopRows: Sendable {
    /// The largest number of rows to keep.
    package let limit: Int
    /// The least score of a row that is kept, however few there are.
    private var leastScore: Double
    private var heap = Heap<RankedRow>()
    /// The rows of a long list.
    private var loose = LooseRows()
    private let isLong: Bool
    private static let longestHeap = 1024

    /// Starts empty; a limit of 0 or less keeps nothing.
    package init(limit: Int, leastScore: Double = -.infinity) {
        self.limit = max(0, limit)
        self.leastScore = leastScore
        isLong = limit > Self.longestHeap
    }

    /// The number of kept rows.
    package var count: Int {
        isLong ? min(loose.rows.count, limit) : heap.count
    }

    /// The score below which no row is kept any more; one of equal score may be.
    package var floor: Double {
        if isLong { return max(loose.worst?.score ?? -.infinity, leastScore) }
        guard heap.count == limit else { return leastScore }
        return max(heap.min?.score ?? .infinity, leastScore)
    }

    /// Keeps no row below a score any more, as the caller knows of `limit` better ones elsewhere.
    package mutating func raise(to score: Double) {
        leastScore = max(leastScore, score)
    }

    /// Whether a row would be kept now; a NaN score is never kept.
    package func admits(_ candidate: RankedRow) -> Bool {
        guard candidate.score >= leastScore else { return false }
        if isLong { return loose.worst.map(candidate.precedes) ?? true }
        guard heap.count == limit else { return true }
        guard let worst = heap.min else { return false }
        return candidate.precedes(worst)
    }

    /// Keeps a row if it is among the best, and drops the row that it displaces.
    ///
    /// - Complexity: O(log `limit`) for a row that is kept in a short list, O(1) for others.
    package mutating func insert(_ candidate: RankedRow) {
        guard admits(candidate) else { return }
        if isLong {
            loose.append(candidate, limit: limit)
        } else if heap.count < limit {
            heap.insert(candidate)
        } else {
            heap.replaceMin(with: candidate)
        }
    }

    /// Keeps the best of both, as if every row had been inserted here.
    package mutating func merge(_ other: TopRows) {
        for candidate in other.isLong ? other.loose.rows : other.heap.unordered { insert(candidate) }
    }

    /// Returns the rows kept, best first.
    package func ranked() -> [RankedRow] { rows().sorted { $0.precedes($1) } }

    /// Returns the rows kept, in no order.
    package func rows() -> [RankedRow] {
        guard isLong else { return heap.unordered }
        var best = loose
        best.choose(limit)
        return best.rows
    }
}

/// Rows in no order, of which the best are kept.
private struct LooseRows: Sendable {
    private(set) var rows: [RankedRow] = []
    /// The worst of the best rows when they were last chosen; a row behind it is none of them.
    private(set) var worst: RankedRow?

    /// Adds a row, and keeps the best `limit` when there are twice as many.
    mutating func append(_ row: RankedRow, limit: Int) {
        rows.append(row)
        if rows.count >= limit, rows.count - limit >= limit { choose(limit) }
    }

    private static let bucketCount = 256

    /// Keeps the best rows.
    ///
    /// Scores are counted in equal steps between the least and the largest, and only the rows of the step in which the last of the best
    /// lies are compared with one another: comparisons that come out either way cost most of a choice.
    mutating func choose(_ limit: Int) {
        guard limit > 0, rows.count > limit else { return }
        var (least, largest) = (Double.infinity, -Double.infinity)
        for row in rows { (least, largest) = (min(least, row.score), max(largest, row.score)) }
        let (width, steps) = (largest - least, Double(Self.bucketCount) / (largest - least))
        guard width.isFinite, steps.isFinite else { return compareAndChoose(limit) }
        func bucket(_ row: RankedRow) -> Int { min(Int((row.score - least) * steps), Self.bucketCount - 1) }
        var counts = InlineArray<256, Int>(repeating: 0)
        for row in rows { counts[bucket(row)] += 1 }
        var (edge, better) = (Self.bucketCount - 1, 0)
        while better + counts[edge] < limit {
            better += counts[edge]
            edge -= 1
        }
        var (best, last) = ([RankedRow](), LooseRows())
        best.reserveCapacity(2 * limit)
        for row in rows {
            let bucket = bucket(row)
            if bucket > edge { best.append(row) } else if bucket == edge { last.rows.append(row) }
        }
        last.compareAndChoose(limit - better)
        worst = last.worst
        rows = best + last.rows
    }

    /// Brings the best rows to the front and drops the others (Hoare 1961, algorithm 65).
    private mutating func compareAndChoose(_ limit: Int) {
        defer { worst = rows[..<limit].min() }
        guard rows.count > limit else { return }
        var (low, high) = (0, rows.count - 1)
        while low < high {
            let pivot = median(rows[low], rows[low + (high - low) / 2], rows[high])
            var (left, right) = (low, high)
            while left <= right {
                while rows[left].precedes(pivot) { left += 1 }
                while pivot.precedes(rows[right]) { right -= 1 }
                guard left <= right else { break }
                rows.swapAt(left, right)
                left += 1
                right -= 1
            }
            if limit - 1 <= right {
                high = right
            } else if limit - 1 >= left {
                low = left
            } else {
                break
            }
        }
        rows.removeSubrange(limit...)
    }

    private func median(_ first: RankedRow, _ second: RankedRow, _ third: RankedRow) -> RankedRow {
        let (worse, better) = first < second ? (first, second) : (second, first)
        return third < worse ? worse : third > better ? better : third
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

extension RankedRow: Comparable {
    /// Whether this row is the worse one.
    package static func < (worse: RankedRow, better: RankedRow) -> Bool { better.precedes(worse) }
}
