/// A set of row numbers of one shard, one bit each.
package struct RowBitset: Sendable, Hashable {
    /// The rows of the shard; only smaller numbers can be members.
    package let rowCount: Int
    /// Bit r % 64 of word r / 64 is row r; bits past the last row are 0.
    package private(set) var words: [UInt64]

    /// The empty set.
    package init(rowCount: Int) {
        self.rowCount = rowCount
        words = Array(repeating: 0, count: Self.wordCount(rows: rowCount))
    }

    /// Takes words from a file; nil when they are too few, too many, or have bits past the last row.
    init?(rowCount: Int, words: [UInt64]) {
        guard words.count == Self.wordCount(rows: rowCount) else { return nil }
        if rowCount % 64 != 0, let last = words.last, last >> UInt64(rowCount % 64) != 0 { return nil }
        self.rowCount = rowCount
        self.words = words
    }

    /// Members.
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    package func contains(_ row: Int) -> Bool {
        words[row >> 6] >> UInt64(row & 63) & 1 != 0
    }

    /// Adds a row.
    ///
    /// - Returns: whether it was new.
    @discardableResult
    package mutating func insert(_ row: Int) -> Bool {
        precondition(row < rowCount, "row \(row) of \(rowCount)")
        let bit = (1 as UInt64) << UInt64(row & 63)
        defer { words[row >> 6] |= bit }
        return words[row >> 6] & bit == 0
    }

    static func wordCount(rows: Int) -> Int {
        rows / 64 + (rows % 64 == 0 ? 0 : 1)
    }
}
