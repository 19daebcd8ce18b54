/// The rows that a splice takes from one shard, and where they come to stand in the new one.
///
/// Rows are renumbered by counting: those that are left out close the ranks, and the order stays.
struct SplicedRows: Sendable {
    let reader: ShardReader
    /// The rows that are taken; nil for all.
    let kept: RowBitset?
    /// The number that the first one gets.
    let firstRow: Int
    /// How many rows are taken.
    let count: Int
    /// How many rows are taken before each word of `kept`.
    private let ranks: [UInt32]

    init(_ reader: ShardReader, _ kept: RowBitset?, firstRow: Int) {
        self.reader = reader
        self.kept = kept
        self.firstRow = firstRow
        var ranks: [UInt32] = []
        var sum = 0
        for word in kept?.words ?? [] {
            ranks.append(UInt32(sum))
            sum += word.nonzeroBitCount
        }
        self.ranks = ranks
        count = kept == nil ? reader.rowCount : sum
    }

    /// The number that a row gets; nil for one that is left out.
    func newRow(of row: Int) -> Int? {
        guard let kept else { return firstRow + row }
        let word = kept.words[row >> 6]
        let bit = (1 as UInt64) << UInt64(row & 63)
        guard word & bit != 0 else { return nil }
        return firstRow + Int(ranks[row >> 6]) + (word & (bit - 1)).nonzeroBitCount
    }

    /// Whether all of some rows are taken.
    func takesAll(of rows: Range<Int>) -> Bool {
        guard kept != nil else { return true }
        return rows.allSatisfy { newRow(of: $0) != nil }
    }

    /// Calls `body` with the runs of rows that are taken.
    func forEachRun<Failure: Error>(
        of rows: Range<Int>, _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let kept else { return try body(rows) }
        try kept.forEachRun(of: rows, mergingGaps: 0, body)
    }
}
