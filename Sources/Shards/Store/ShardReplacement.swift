/// The exchange of some shards for one that has their rows.
package struct ShardReplacement: Sendable {
    /// A shard that goes.
    package struct Old: Sendable {
        package let name: ShardName
        package let rowCount: Int
        /// The rows that the new one has; nil for all.
        package let kept: RowBitset?

        package init(_ name: ShardName, rowCount: Int, keeping kept: RowBitset?) {
            self.name = name
            self.rowCount = rowCount
            self.kept = kept
        }
    }

    /// The shards that go, in the order of their rows in the new one.
    package let old: [Old]
    /// The new one; nil where no row is kept.
    package let new: ShardSplice.Result?
    /// Whether rows of forgotten documents are left out, so that no older generation may stay.
    package let leavesOutForgotten: Bool

    package init(_ old: [Old], by new: ShardSplice.Result?, leavesOutForgotten: Bool) {
        self.old = old
        self.new = new
        self.leavesOutForgotten = leavesOutForgotten
    }

    /// The dead rows of the new shard, given those of the old ones, dead by now.
    func dead(_ deadOf: (ShardName) -> RowBitset?) -> RowBitset? {
        guard let new else { return nil }
        var dead = RowBitset(rowCount: new.rowCount)
        var first = 0
        for shard in old {
            let kept = shard.kept ?? RowBitset(all: shard.rowCount)
            let deadRows = deadOf(shard.name)
            var row = first
            kept.forEachRun(of: 0..<shard.rowCount, mergingGaps: 0) { run in
                for old in run {
                    if deadRows?.contains(old) ?? false { dead.insert(row) }
                    row += 1
                }
            }
            first = row
        }
        return dead.isEmpty ? nil : dead
    }
}
