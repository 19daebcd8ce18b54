import Identity
package import Shards
import Text

/// The rows that a filter leaves.
package struct FilteredRows: Sendable {
    /// The rows, dead ones included.
    package var selection: RowSelection
    /// The keys of its predicates that no document has, as they were typed.
    package internal(set) var unknownKeys: [String] = []
    /// The keys that documents have, in order; none unless a key is unknown.
    package internal(set) var knownKeys: [String] = []
    /// The names that mean no document.
    package internal(set) var unknownDocuments: [String] = []
}

extension RowFilter {
    /// Finds the rows of a snapshot that it leaves.
    ///
    /// Where a shard has columns, only those are read that the filter needs, and each different value is compared once. Older shards
    /// are read document by document.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func rows(of snapshot: Snapshot) throws(ShardsError) -> FilteredRows {
        var found = FilteredRows(selection: RowSelection(shardCount: snapshot.shards.count))
        guard !isEmpty else { return found }
        var evaluation = try FilterEvaluation(self, of: snapshot)
        for (number, shard) in snapshot.shards.enumerated() where shard.listed.liveRows > 0 {
            found.selection.restrict(number, to: try evaluation.rows(of: shard.reader))
        }
        found.unknownDocuments = evaluation.unknownDocuments
        let unknown = evaluation.unknownKeys
        guard !unknown.isEmpty else { return found }
        found.unknownKeys = unknown.map { String(decoding: $0, as: UTF8.self) }
        found.knownKeys = try Self.keys(of: snapshot)
        return found
    }

    /// The keys of the metadata of all documents, in order.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package static func keys(of snapshot: Snapshot) throws(ShardsError) -> [String] {
        var keys: Set<[UInt8]> = []
        for shard in snapshot.shards {
            if let columns = shard.reader.columns, !columns.hasOtherKeys {
                keys.formUnion(try columns.keys())
            } else {
                try shard.reader.forEachDocument { _, stored in
                    guard let metadata = stored.document.metadata else { return }
                    MetadataFields.forEach(in: Array(metadata.utf8)) { key, _ in keys.insert(key) }
                }
            }
        }
        return keys.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
