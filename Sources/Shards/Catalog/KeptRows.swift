import Identity

/// The rows of a shard that have to stay when it is written anew.
package struct KeptRows: Sendable {
    /// The rows; nil for all.
    package let rows: RowBitset?
    /// How many stay.
    package let count: Int
    /// Whether rows of forgotten documents are left out.
    package let leavesOutForgotten: Bool

    /// Looks at the documents of a shard, which live and die whole.
    ///
    /// A dead document stays as long as its claim lies in `work/`: the index alone knows that the claim was committed, and
    /// a new start would otherwise index the old version again.
    ///
    /// - Parameters:
    ///   - shard: the shard.
    ///   - claims: those in `work/`.
    ///   - forgotten: what was forgotten.
    /// - Throws: `ShardsError` of code `.corrupt`.
    package init(
        of shard: SnapshotShard, claims: Set<String>, forgotten: ForgottenDocuments
    ) throws(ShardsError) {
        guard shard.dead != nil else {
            (rows, count, leavesOutForgotten) = (nil, shard.reader.rowCount, false)
            return
        }
        var kept = RowBitset(rowCount: shard.reader.rowCount)
        var isForgotten = false
        try shard.reader.forEachRecord { record in
            if shard.isLive(record.rows.lowerBound) {
                kept.insert(record.rows)
                return
            }
            let claim = record.claimText
            // A part of a file is marked at its end.
            if claims.contains(claim) || claims.contains(String(claim.dropLast())) {
                kept.insert(record.rows)
                return
            }
            let digests = record.digests
            if forgotten.record(covering: digests.whole, path: digests.path, claim: claim) != nil { isForgotten = true }
        }
        count = kept.count
        rows = count == shard.reader.rowCount ? nil : kept
        leavesOutForgotten = isForgotten
    }
}
