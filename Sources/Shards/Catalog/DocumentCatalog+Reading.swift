import Platform

extension DocumentCatalog {
    /// Reads the tables of documents of all shards.
    ///
    /// - Parameters:
    ///   - table: gets the shards, in the manifest's order.
    ///   - claims: claims to look for.
    /// - Returns: those of them that documents came under, dead ones included.
    mutating func read(
        _ snapshot: Snapshot, into table: inout ShardTable, claims: Set<String>
    ) throws(ShardsError) -> Set<String> {
        reserveCapacity(snapshot.manifest.documents)
        var search = ClaimSearch(claims)
        for shard in snapshot.shards {
            let number = table.shards.count
            let listed = shard.listed
            table.append(
                ShardTable.Shard(
                    name: listed.name, rowCount: listed.rows, checksum: listed.checksum, dead: shard.dead))
            try shard.reader.forEachRecord { record in
                search.look(at: record.claim)
                guard shard.isLive(record.rows.lowerBound) else { return }
                let digests = record.digests
                insert(digests.whole, path: digests.path, key: record.key, shard: number, rows: record.rows)
            }
        }
        return search.found
    }
}
