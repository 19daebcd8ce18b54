package import Shards

extension RowSelection {
    /// Selects rows of a snapshot by their numbers in it.
    package init(_ rows: some Sequence<Int>, of snapshot: Snapshot) {
        self.init(shardCount: snapshot.shards.count)
        var sets = snapshot.shards.map { RowBitset(rowCount: $0.reader.rowCount) }
        for row in rows {
            let place = snapshot.locate(row: row)
            sets[place.shard].insert(place.row)
        }
        for (number, set) in sets.enumerated() { restrict(number, to: set) }
    }

    /// Leaves only those selected rows that another selection has too.
    mutating func formIntersection(_ other: RowSelection) {
        for (number, rows) in other.shards.enumerated() {
            if let rows { restrict(number, to: rows) }
        }
    }

    /// Takes the rows of another selection of the snapshot away.
    mutating func subtract(_ other: RowSelection, in snapshot: Snapshot) {
        for (number, shard) in snapshot.shards.enumerated() {
            var rest = RowBitset(all: shard.reader.rowCount)
            rest.subtract(other.shards[number] ?? rest)
            restrict(number, to: rest)
        }
    }
}
