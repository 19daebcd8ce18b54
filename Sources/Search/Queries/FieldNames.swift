import Shards
import Synchronization

/// The names that `field:value` may have in a snapshot, looked up for the first query that may have such a part.
final class FieldNames: Sendable {
    private let snapshot: Snapshot
    private let known = Mutex<Set<String>?>(nil)

    init(of snapshot: Snapshot) { self.snapshot = snapshot }

    /// The names; none where no query can have such a part.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func names(for queries: [Query]) throws(ShardsError) -> Set<String> {
        guard queries.contains(where: { QueryExpression.mayHaveFields($0.text) }) else { return [] }
        if let names = known.withLock({ $0 }) { return names }
        let names = Set(try RowFilter.keys(of: snapshot)).union(DocumentField.allCases.map(\.rawValue))
        known.withLock { $0 = names }
        return names
    }
}
