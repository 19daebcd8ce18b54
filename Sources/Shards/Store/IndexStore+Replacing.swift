package import FoundationEssentials
package import Platform
import SystemPackage

extension IndexStore {
    /// Commits a generation in which one shard stands for some others; nothing else changes.
    ///
    /// Rows that died since the new shard was begun are dead in it. Others may commit meanwhile, and may replace one of the shards;
    /// then nothing is done.
    ///
    /// - Parameters:
    ///   - replacement: the shards; the new one is in the index directory.
    ///   - time: the present.
    /// - Returns: the durability of the new generation, as `commit`; nil when one of the old shards is not in the index any more.
    /// - Throws: `ShardsError`, as `commit`; then nothing visible has changed, and the new shard is garbage.
    package mutating func replace(_ replacement: ShardReplacement, at time: Date) throws(ShardsError) -> Durability? {
        if let doubtful, case .unknown(let error) = try finish(doubtful), self.doubtful != nil {
            throw ShardsError(error, path: directory.path)
        }
        for _ in 0..<Self.maximumAttempts {
            let listed = Set(manifest.shards.map(\.name))
            guard replacement.old.allSatisfy({ listed.contains($0.name) }) else { return nil }
            let durability = try directory.whileLocked { () throws(ShardsError) in
                try isNewest() ? try attempt(replacement, at: time) : nil
            }
            if let durability { return durability }
            self = try IndexStore(directory, expecting: IndexExpectation(identity), claims: committedClaims)
        }
        throw ShardsError(
            .conflict, path: directory.path,
            "others committed \(Self.maximumAttempts) times while shards were replaced; try again")
    }

    /// Tries to publish the exchange; nil when another writer has the generation's name.
    private mutating func attempt(_ replacement: ShardReplacement, at time: Date) throws(ShardsError) -> Durability? {
        try requirePlace()
        if let new = replacement.new { try requireFile(of: new.name, byteCount: new.byteCount) }
        var next = nextManifest(at: time)
        let dead = replacement.dead { name in table.number(of: name).flatMap { table[$0].dead } }
        let gone = Set(replacement.old.map(\.name))
        let places = manifest.shards.indices.filter { gone.contains(manifest.shards[$0].name) }
        let old = places.map { manifest.shards[$0] }
        next.shards = manifest.shards.filter { !gone.contains($0.name) }
        if let new = replacement.new {
            var listed = ManifestShard(
                name: new.name, rows: new.rowCount, liveRows: new.rowCount, documents: new.documentCount,
                liveDocuments: old.reduce(0) { $0 + $1.liveDocuments }, bytes: new.byteCount, checksum: new.checksum,
                tombstones: nil)
            if let dead {
                let tombstones = Tombstones(generation: next.generation, shardChecksum: new.checksum, dead: dead)
                listed.tombstones = try writeTombstones(tombstones, of: new.name)
                listed.tombstones?.since = old.compactMap { $0.tombstones?.since }.min() ?? next.committed
                listed.liveRows -= dead.count
            }
            next.shards.insert(listed, at: min(places.first ?? 0, next.shards.count))
        }
        next.commits = Array(
            (next.commits + [
                ManifestCommit(
                    generation: next.generation, time: next.committed, rows: 0, documents: 0, removedRows: 0,
                    shards: replacement.new == nil ? 0 : 1)
            ]).suffix(Self.rememberedCommits))
        guard let (durability, stands) = try publish(next) else { return nil }
        // Whoever commits next finds the name taken, and reads the index again.
        guard stands else { return durability }
        try apply(replacement, dead, next)
        if case .durable = durability {
            settle(keeping: replacement.leavesOutForgotten ? 1 : GarbageCollector.keptGenerations)
        }
        return durability
    }

    /// Takes the exchange over into the tables, which know documents by the numbers of shards.
    private mutating func apply(
        _ replacement: ShardReplacement, _ dead: RowBitset?, _ next: Manifest
    ) throws(ShardsError) {
        generations.append(next.generation)
        spareTombstones = [:]
        // Numbers are never given again, so the tables are made anew now and then.
        guard table.shards.count < 4 * next.shards.count + 1_000 else {
            manifest = next
            let known = (generations, isDurable)
            self = try IndexStore(directory, expecting: IndexExpectation(identity), claims: committedClaims)
            (generations, isDurable) = known
            return
        }
        if let new = replacement.new {
            let reader = try ShardReader(new.name.file, in: directory, decodesCodes: false)
            let number = table.shards.count
            table.append(
                ShardTable.Shard(name: new.name, rowCount: new.rowCount, checksum: new.checksum, dead: dead))
            contents.beginShard()
            try reader.forEachRecord { record in
                contents.append(record.content)
                guard !(dead?.contains(record.rows.lowerBound) ?? false) else { return }
                let digests = record.digests
                catalog.insert(digests.whole, path: digests.path, key: record.key, shard: number, rows: record.rows)
            }
        }
        for old in replacement.old {
            if let number = table.number(of: old.name) { table.clearDead(of: number) }
        }
        manifest = next
    }
}
