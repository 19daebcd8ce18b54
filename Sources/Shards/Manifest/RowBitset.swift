/// A set of row numbers of one shard, one bit each.
package struct RowBitset: Sendable, Hashable {
    /// The number of rows of the shard; only smaller row numbers can be members.
    package let rowCount: Int
    /// Bit r % 64 of word r / 64 is row r; bits past the last row are 0.
    package private(set) var words: [UInt64]

    /// Makes an empty set.
    package init(rowCount: Int) {
        self.rowCount = rowCount
        words = Array(repeating: 0, count: Self.wordCount(rows: rowCount))
    }

    /// Makes the set of all rows.
    package init(all rowCount: Int) {
        self.init(rowCount: rowCount)
        insert(0..<rowCount)
    }

    /// Takes words from a file; nil when there are too few, too many, or bits past the last row.
    init?(rowCount: Int, words: [UInt64]) {
        guard words.count == Self.wordCount(rows: rowCount) else { return nil }
        if rowCount % 64 != 0, let last = words.last, last >> UInt64(rowCount % 64) != 0 { return nil }
        self.rowCount = rowCount
        self.words = words
    }

    /// The number of members.
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
    /// Whether there is no member.
    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    package func contains(_ row: Int) -> Bool {
        words[row >> 6] >> UInt64(row & 63) & 1 != 0
    }

    /// Adds a row and returns whether it was new.
    @discardableResult
    package mutating func insert(_ row: Int) -> Bool {
        precondition(row < rowCount, "row \(row) of \(rowCount)")
        let bit = (1 as UInt64) << UInt64(row & 63)
        defer { words[row >> 6] |= bit }
        return words[row >> 6] & bit == 0
    }

    /// Adds all rows of a range.
    package mutating func insert(_ rows: Range<Int>) {
        precondition(rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
        guard let last = rows.last else { return }
        let first = rows.lowerBound
        for place in first >> 6...last >> 6 {
            var word = ~(0 as UInt64)
            if place == first >> 6 { word &= ~0 << UInt64(first & 63) }
            if place == last >> 6 { word &= ~0 >> UInt64(63 - last & 63) }
            words[place] |= word
        }
    }

    /// Says whether a member is among some rows of the shard.
    package func containsAny(of rows: Range<Int>) -> Bool {
        guard let last = rows.last else { return false }
        let first = rows.lowerBound
        for place in first >> 6...last >> 6 {
            var word = words[place]
            if place == first >> 6 { word &= ~0 << UInt64(first & 63) }
            if place == last >> 6 { word &= ~0 >> UInt64(63 - last & 63) }
            if word != 0 { return true }
        }
        return false
    }

    /// Calls `body` with runs of rows in which all members of a range lie; others lie between two of a run, up to `gap` at a time.
    package func forEachRun<Failure: Error>(
        of rows: Range<Int>, mergingGaps gap: Int, _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let last = rows.last else { return }
        let first = rows.lowerBound
        var run: Range<Int>?
        for place in first >> 6...last >> 6 {
            var word = words[place]
            if place == first >> 6 { word &= ~0 << UInt64(first & 63) }
            if place == last >> 6 { word &= ~0 >> UInt64(63 - last & 63) }
            while word != 0 {
                // The members that follow one another from the first on.
                let start = word.trailingZeroBitCount
                let count = (~(word >> UInt64(start))).trailingZeroBitCount
                word &= count + start >= 64 ? 0 : ~0 << UInt64(start + count)
                let part = place << 6 + start..<place << 6 + min(start + count, 64)
                if let before = run, part.lowerBound - before.upperBound > gap {
                    try body(before)
                    run = part
                } else {
                    run = (run?.lowerBound ?? part.lowerBound)..<part.upperBound
                }
            }
        }
        if let run { try body(run) }
    }

    /// Leaves only the members that another set of the same shard has too.
    package mutating func formIntersection(_ other: RowBitset) {
        precondition(rowCount == other.rowCount, "sets of \(rowCount) and \(other.rowCount) rows")
        for place in words.indices { words[place] &= other.words[place] }
    }

    /// Adds the members of another set of the same shard.
    package mutating func formUnion(_ other: RowBitset) {
        precondition(rowCount == other.rowCount, "sets of \(rowCount) and \(other.rowCount) rows")
        for place in words.indices { words[place] |= other.words[place] }
    }

    /// Takes the members of another set of the same shard away.
    package mutating func subtract(_ other: RowBitset) {
        precondition(rowCount == other.rowCount, "sets of \(rowCount) and \(other.rowCount) rows")
        for place in words.indices { words[place] &= ~other.words[place] }
    }

    static func wordCount(rows: Int) -> Int {
        rows / 64 + (rows % 64 == 0 ? 0 : 1)
    }
}
