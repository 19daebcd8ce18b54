import Shards

/// The rows of a shard that may meet conditions by their terms, and what remains to be checked on their text.
struct ShardCandidates: Sendable {
    /// The rows that may meet all conditions.
    private(set) var rows: RowBitset
    /// Those of the rows whose text must be read.
    private(set) var unchecked: RowBitset
    /// The conditions that the text decides.
    let tests: [PassageTest]

    /// Looks the terms of the conditions up.
    ///
    /// Where a shard has terms, only a phrase needs the text, and of an excluded one only those rows that have all of its words.
    ///
    /// - Parameters:
    ///   - tests: the conditions.
    ///   - shard: the shard.
    ///   - selected: the rows that may be found without the conditions; nil for all.
    /// - Throws: `ShardsError` of code `.corrupt`.
    init(_ tests: [PassageTest], in shard: SnapshotShard, among selected: RowBitset?) throws(ShardsError) {
        var rows = selected ?? RowBitset(all: shard.reader.rowCount)
        if let dead = shard.dead { rows.subtract(dead) }
        var unchecked = RowBitset(rowCount: rows.rowCount)
        guard let terms = shard.reader.terms else {
            self.tests = tests
            self.rows = rows
            self.unchecked = tests.isEmpty ? unchecked : rows
            return
        }
        self.tests = tests.filter(\.needsText)
        for test in tests {
            guard !rows.isEmpty else { break }
            let having = try terms.rows(withAll: test.terms)
            switch (test.isExcluded, test.needsText) {
            case (false, _): rows.formIntersection(having)
            case (true, false): rows.subtract(having)
            case (true, true): unchecked.formUnion(having)
            }
        }
        if self.tests.contains(where: { !$0.isExcluded }) { unchecked = rows }
        unchecked.formIntersection(rows)
        self.rows = rows
        self.unchecked = unchecked
    }

    /// Takes rows away whose text does not meet the conditions.
    mutating func remove(_ refused: RowBitset) { rows.subtract(refused) }
}
