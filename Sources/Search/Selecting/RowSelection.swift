package import Shards

/// The rows of a snapshot that a query may find.
///
/// It is made before the ranking, so that the best rows are the best of the selected ones: filtering a finished list would leave
/// fewer than were asked for.
package struct RowSelection: Sendable, Equatable {
    /// The selected rows of each shard, by its place in the snapshot; nil selects all rows of the shard.
    package private(set) var shards: [RowBitset?]

    /// Selects all rows of a snapshot with `shardCount` shards.
    package init(shardCount: Int) {
        shards = Array(repeating: nil, count: shardCount)
    }

    /// Says whether a row is selected, dead or not.
    package func contains(_ row: Int, inShard shard: Int) -> Bool {
        shards[shard]?.contains(row) ?? true
    }

    /// Says whether any of some rows is selected, dead or not.
    package func containsAny(of rows: Range<Int>, inShard shard: Int) -> Bool {
        shards[shard]?.containsAny(of: rows) ?? true
    }

    /// Leaves only those selected rows of a shard that `rows` has too.
    package mutating func restrict(_ shard: Int, to rows: RowBitset) {
        guard var selected = shards[shard] else {
            shards[shard] = rows
            return
        }
        selected.formIntersection(rows)
        shards[shard] = selected
    }
}
