package import FoundationEssentials
import Platform
import SystemPackage

extension IndexStore {
    /// How often a commit is tried anew after others committed first.
    private static let maximumAttempts = 16
    /// Commits that a manifest remembers.
    private static let rememberedCommits = 16

    /// Commits one generation: new rows and the death of those that they supersede become visible together.
    ///
    /// The shards must have been written to the index directory. When this returns, the commit survives a power cut; when it throws,
    /// it may be repeated with the same shards.
    ///
    /// - Returns: the new manifest, or the current one when there is nothing to commit.
    /// - Throws: `ShardsError`: `.system`, `.conflict`, or what re-reading the index throws.
    @discardableResult
    package mutating func commit(_ changes: IndexChanges, at time: Date) throws(ShardsError) -> Manifest {
        try commit(at: time) { (_) throws(ShardsError) in changes }
    }

    /// Commits one generation whose changes depend on what is in the index.
    ///
    /// - Parameter changes: called with the live documents of the generation that is followed; called again when somebody else
    ///   committed meanwhile.
    @discardableResult
    package mutating func commit(
        at time: Date, _ changes: (DocumentCatalog) throws(ShardsError) -> IndexChanges
    ) throws(ShardsError) -> Manifest {
        for _ in 0..<Self.maximumAttempts {
            let wanted = try changes(catalog)
            guard !wanted.isEmpty else { return manifest }
            if try attempt(wanted, at: time) { return manifest }
            let expectation = IndexExpectation(identity)
            self = try IndexStore.open(directory, expecting: expectation)
        }
        throw ShardsError(
            .conflict, path: directory,
            "others committed \(Self.maximumAttempts) times while this commit was tried. Is another vectorspoold running?"
        )
    }

    /// - Returns: whether the generation's name was free.
    private mutating func attempt(_ changes: IndexChanges, at time: Date) throws(ShardsError) -> Bool {
        let plan = CommitPlan(changes, catalog: catalog, manifest: manifest, dead: dead)
        for shard in plan.shards where !FileStatus.exists(shard.name.path(in: directory)) {
            throw ShardsError(
                .invalid, path: shard.name.path(in: directory), "a shard that was never written is not committed")
        }
        var next = manifest
        next.generation = max(manifest.generation, highestGeneration) + 1
        next.parent = manifest.generation
        next.committed = max(time.wholeSeconds, manifest.committed)
        next.clippedValues += changes.clippedValues
        next.quantizedValues += changes.quantizedValues
        next.commits = Array((next.commits + [record(plan, next)]).suffix(Self.rememberedCommits))
        let tombstones = try writeTombstones(plan, generation: next.generation)
        next.shards = shards(plan, tombstones)
        let path = IndexFile.manifest(next.generation).path(in: directory)
        let bytes = try next.serialized()
        do throws(PlatformError) {
            try AtomicFile.create(bytes, at: path)
        } catch {
            for (_, listed) in tombstones { Directory.removeIfPresent(directory.appending(listed.name)) }
            guard error.cause == .fileExists else { throw ShardsError(error, path: path) }
            return false
        }
        apply(plan, next)
        return true
    }

    private func record(_ plan: CommitPlan, _ next: Manifest) -> ManifestCommit {
        ManifestCommit(
            generation: next.generation, time: next.committed, rows: plan.shards.reduce(0) { $0 + $1.rowCount },
            documents: plan.shards.reduce(0) { $0 + $1.documents.count }, removedRows: plan.removedRows,
            shards: plan.shards.count)
    }

    /// The shards of the next manifest; one without live rows is listed for one generation more.
    ///
    /// So that the claims of its documents are still known when a crash comes before their files are moved to `done/`.
    private func shards(
        _ plan: CommitPlan, _ tombstones: [ShardName: ManifestShard.Tombstones]
    ) -> [ManifestShard] {
        let added = plan.shards.map { receipt in
            ManifestShard(
                name: receipt.name, rows: receipt.rowCount, liveRows: receipt.rowCount,
                documents: receipt.documents.count, liveDocuments: receipt.documents.count, bytes: receipt.byteCount,
                checksum: receipt.checksum, tombstones: nil)
        }
        return (manifest.shards.filter { $0.liveRows > 0 } + added).map { shard in
            guard let listed = tombstones[shard.name] else { return shard }
            var shard = shard
            shard.tombstones = listed
            shard.liveRows = shard.rows - listed.deadRows
            shard.liveDocuments -= plan.deadDocuments[shard.name] ?? 0
            return shard
        }
    }

    private func writeTombstones(
        _ plan: CommitPlan, generation: Int
    ) throws(ShardsError) -> [ShardName: ManifestShard.Tombstones] {
        var checksums: [ShardName: UInt64] = [:]
        for shard in manifest.shards { checksums[shard.name] = shard.checksum }
        for shard in plan.shards { checksums[shard.name] = shard.checksum }
        var written: [ShardName: ManifestShard.Tombstones] = [:]
        for (name, dead) in plan.dead.sorted(by: { $0.key < $1.key }) {
            guard let shardChecksum = checksums[name] else { continue }
            let (bytes, checksum) = Tombstones(
                generation: generation, shardChecksum: shardChecksum, dead: dead
            ).serialized()
            let file = try createTombstones(bytes, stem: "\(name)-\(generation)")
            written[name] = ManifestShard.Tombstones(name: file, deadRows: dead.count, checksum: checksum)
        }
        return written
    }

    /// Writes a tombstone file under the first name that is free.
    private func createTombstones(_ bytes: [UInt8], stem: String) throws(ShardsError) -> String {
        var number = 1
        while true {
            let name = stem + (number == 1 ? "" : "-\(number)") + ".tombstones"
            do throws(PlatformError) {
                try AtomicFile.create(bytes, at: directory.appending(name))
                return name
            } catch {
                guard error.cause == .fileExists else { throw ShardsError(error, path: directory.appending(name)) }
                number += 1
            }
        }
    }

    private mutating func apply(_ plan: CommitPlan, _ next: Manifest) {
        manifest = next
        highestGeneration = next.generation
        for identifier in plan.removed { catalog.remove(identifier) }
        for claim in plan.supersededClaims { catalog.remember(claim: claim) }
        for (identifier, entry) in plan.inserted { catalog.insert(identifier, entry) }
        let listed = Set(next.shards.map(\.name))
        dead.merge(plan.dead) { _, new in new }
        dead = dead.filter { listed.contains($0.key) }
    }
}
