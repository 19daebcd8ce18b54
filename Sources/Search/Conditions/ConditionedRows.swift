package import Lexicon
package import Platform
package import Shards

/// The rows that meet the conditions of a query.
package struct ConditionedRows: Sendable {
    /// The rows; nil for all, where there is no condition.
    package var selection: RowSelection?
    /// The names in the conditions that mean no document.
    package var unknownDocuments: [String] = []
    /// The passages whose text was read.
    package var readRows = 0
}

extension QueryExpression {
    /// Finds the rows of a snapshot that meet its conditions.
    ///
    /// They are found before the ranking, so that the best rows are the best of these.
    ///
    /// - Parameters:
    ///   - snapshot: the generation to search.
    ///   - selection: the rows that may be found without the conditions; nil for all.
    ///   - analyzer: the rules of the index.
    ///   - threads: what computes.
    /// - Returns: the rows, with what finding them took.
    /// - Throws: `ShardsError` of code `.corrupt`, `LexiconError` for a missing stemmer.
    package func rows(
        of snapshot: Snapshot, among selection: RowSelection?, _ analyzer: Analyzer, threads: ThreadPool
    ) async throws -> ConditionedRows {
        var found = ConditionedRows(selection: selection)
        guard !isUnconditional else { return found }
        var selected = selection ?? RowSelection(shardCount: snapshot.shards.count)
        for field in fields {
            let rows = try field.filter.rows(of: snapshot)
            found.unknownDocuments += rows.unknownDocuments
            if field.isExcluded {
                selected.subtract(rows.selection, in: snapshot)
            } else {
                selected.formIntersection(rows.selection)
            }
        }
        if !passages.isEmpty {
            var reader = try TermReader(analyzer)
            let tests = passages.compactMap { PassageTest($0, &reader) }
            (selected, found.readRows) = try await PassageSelection(of: snapshot, analyzer).rows(
                meeting: tests, among: selected, threads: threads)
        }
        found.selection = selected
        return found
    }
}
