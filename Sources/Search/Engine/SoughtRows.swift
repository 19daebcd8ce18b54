import Shards

/// The rows of a shard that a query may find, looked up for each candidate.
struct SoughtRows: Sendable {
    let dead: RowBitset?
    let selected: RowBitset?

    func contains(_ row: Int) -> Bool {
        !(dead?.contains(row) ?? false) && (selected?.contains(row) ?? true)
    }

    /// Says whether any of some rows is selected, dead or not.
    func containsAny(of rows: Range<Int>) -> Bool {
        selected?.containsAny(of: rows) ?? true
    }

    /// Calls `body` with runs of rows in which all selected ones of a range lie.
    ///
    /// Some rows between two that are selected cost less than another run: with gaps of up to 48 rows read as well, a search among
    /// every fourth document of a million rows takes as long as one among all, and with gaps of up to 8 twice as long.
    func forEachRun<Failure: Error>(
        of rows: Range<Int>, _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let selected else { return try body(rows) }
        guard selected.containsAny(of: rows) else { return }
        try selected.forEachRun(of: rows, mergingGaps: 48, body)
    }
}
