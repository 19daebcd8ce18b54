package import FoundationEssentials
package import Platform
import SystemPackage

extension IndexStore {
    /// How often a commit is retried after others committed first.
    static let maximumAttempts = 16
    /// The number of commits that a manifest records.
    static let rememberedCommits = 16

    /// Commits one generation: new rows and the death of those they supersede become visible together.
    ///
    /// The shards must have been written to the index directory. A commit that threw changed nothing visible, and can
    /// be repeated with the same shards.
    ///
    /// Returns the durability of the newest generation, which is the new one, or the previous one when there was
    /// nothing to commit. Unknown durability means that others see it, or that this cannot be determined, and that a
    /// power cut may undo it. Then `confirmDurability` must be called until it reports durability, before anything else
    /// irreversible is done. It also repeats the commit if it finds that it was not published.
    ///
    /// - Throws: `ShardsError`: `.system`, `.invalid` when a shard is missing, `.conflict`, or the errors of re-reading
    ///   the index.
    @discardableResult
    package mutating func commit(_ changes: IndexChanges, at time: Date) throws(ShardsError) -> Durability {
        // Changes are in sequence, so those of an uncertain commit come first.
        if let doubtful, case .unknown(let error) = try finish(doubtful), self.doubtful != nil {
            throw ShardsError(error, path: directory.path)
        }
        return try commitNow(changes, at: time)
    }

    /// Repeats a commit that may or may not have been published.
    ///
    /// If it was published, its generation's name is taken; then the index is read again, and no changes remain.
    mutating func finish(_ doubtful: DoubtfulCommit) throws(ShardsError) -> Durability {
        self.doubtful = nil
        do throws(ShardsError) {
            return try commitNow(doubtful.changes, at: doubtful.time)
        } catch {
            self.doubtful = doubtful
            throw error
        }
    }

    private mutating func commitNow(_ changes: IndexChanges, at time: Date) throws(ShardsError) -> Durability {
        for _ in 0..<Self.maximumAttempts {
            let plan = CommitPlan(
                changes, catalog: catalog, table: table, forgotten: forgotten, doomed: doomed)
            guard plan.changesIndex else {
                fileChanges = [:]
                return try confirmDurability()
            }
            let durability = try directory.whileLocked { () throws(ShardsError) in
                try isNewest() ? try attempt(plan, changes, at: time) : nil
            }
            if let durability { return durability }
            self = try IndexStore(directory, expecting: IndexExpectation(identity), claims: committedClaims)
        }
        throw ShardsError(
            .conflict, path: directory.path,
            "others committed \(Self.maximumAttempts) times during this commit. Is another vectorspoold running?"
        )
    }

    /// Tries to publish the result of a plan; returns its durability, or nil when another writer has the generation's
    /// name.
    private mutating func attempt(
        _ plan: CommitPlan, _ changes: IndexChanges, at time: Date
    ) throws(ShardsError) -> Durability? {
        try requirePlace()
        for shard in plan.shards { try requireFile(of: shard.name, byteCount: shard.byteCount) }
        var next = nextManifest(at: time)
        next.clippedValues += changes.clippedValues
        next.quantizedValues += changes.quantizedValues
        next.commits = Array((next.commits + [record(plan, next)]).suffix(Self.rememberedCommits))
        // An index that was made before there were terms gets them from now on.
        next.identity.analyzer = manifest.identity.analyzer ?? plan.shards.lazy.compactMap(\.analyzer).first
        next.shards = shards(plan, try writeTombstones(plan, generation: next.generation), at: next.committed)
        guard let (durability, stands) = try publish(next) else { return nil }
        guard stands else {
            doubtful = DoubtfulCommit(changes: changes, time: time)
            return durability
        }
        apply(plan, next)
        if case .durable = durability { settle() }
        return durability
    }

    /// Whether nobody else has committed since this store read the index.
    ///
    /// The name of the next generation alone does not tell: others may have committed several and removed the first of them.
    func isNewest() throws(ShardsError) -> Bool {
        (try IndexListing(directory).generations.last ?? 0) <= max(generations.last ?? 0, manifest.generation)
    }

    /// Publishes the next manifest.
    ///
    /// - Returns: its durability, and whether it is known to stand; nil when another writer has the generation's name.
    mutating func publish(_ next: Manifest) throws(ShardsError) -> (durability: Durability, stands: Bool)? {
        let bytes = try next.serialized()
        // Everything that the manifest names must survive any power cut that the manifest survives.
        try synchronizeDirectory()
        let file = IndexFile.manifest(next.generation)
        do throws(PlatformError) {
            let durability = try directory.publish(bytes, as: file.component, mode: IndexFile.mode, isReplacing: false)
            guard case .unknown = durability else { return (durability, true) }
            isDurable = false
            return (durability, stands(bytes, as: file))
        } catch {
            guard error.cause == .fileExists else { throw ShardsError(error, path: file.path(in: directory.path)) }
            return nil
        }
    }

    /// The manifest after the newest one, with nothing changed yet.
    func nextManifest(at time: Date) -> Manifest {
        var next = manifest
        next.generation = max(manifest.generation, generations.last ?? 0) + 1
        next.parent = manifest.generation
        next.committed = max(time.wholeSeconds, manifest.committed)
        return next
    }

    /// Whether our published manifest has the name, and not another writer's; false when it cannot be read.
    func stands(_ bytes: [UInt8], as file: IndexFile) -> Bool {
        (try? directory.contents(of: FilePath(file.name), limit: bytes.count)) == bytes
    }

    /// Refuses to commit to a folder that was moved away or replaced, where nobody would find anything.
    func requirePlace() throws(ShardsError) {
        do throws(PlatformError) {
            try directory.requirePlace()
        } catch {
            throw ShardsError(error, path: directory.path)
        }
    }

    func requireFile(of shard: ShardName, byteCount: Int) throws(ShardsError) {
        let path = shard.path(in: directory.path)
        let status: FileStatus?
        do throws(PlatformError) {
            status = try directory.statusIfPresent(shard.file)
        } catch {
            throw ShardsError(error, path: path)
        }
        guard status?.kind == .regular, status?.size == byteCount else {
            throw ShardsError(.invalid, path: path, "the shard is missing, so it cannot be committed")
        }
    }

    mutating func synchronizeDirectory() throws(ShardsError) {
        do throws(PlatformError) {
            try directory.synchronize()
        } catch {
            throw ShardsError(error, path: directory.path)
        }
    }

    private func record(_ plan: CommitPlan, _ next: Manifest) -> ManifestCommit {
        ManifestCommit(
            generation: next.generation, time: next.committed, rows: plan.shards.reduce(0) { $0 + $1.rowCount },
            documents: plan.shards.reduce(0) { $0 + $1.documents.count }, removedRows: plan.removedRows,
            shards: plan.shards.count)
    }

    /// The shards of the next manifest, which lists a shard without live rows for one more generation.
    ///
    /// So the claims of its documents are still known if a crash comes before their files are moved to `done/`.
    private func shards(
        _ plan: CommitPlan, _ tombstones: [Int: ManifestShard.Tombstones], at committed: Date
    ) -> [ManifestShard] {
        let added = plan.shards.map { receipt in
            ManifestShard(
                name: receipt.name, rows: receipt.rowCount, liveRows: receipt.rowCount,
                documents: receipt.documents.count, liveDocuments: receipt.documents.count, bytes: receipt.byteCount,
                checksum: receipt.checksum, tombstones: nil)
        }
        var shards = manifest.shards.filter { $0.liveRows > 0 } + added
        var touched: [ShardName: Int] = [:]
        for number in tombstones.keys { touched[name(of: number, plan)] = number }
        for place in shards.indices {
            guard let number = touched[shards[place].name], var listed = tombstones[number] else { continue }
            listed.since = shards[place].tombstones.map(\.since) ?? committed
            shards[place].tombstones = listed
            shards[place].liveRows = shards[place].rows - listed.deadRows
            shards[place].liveDocuments -= plan.deadDocuments[number] ?? 0
        }
        return shards
    }

    private func name(of number: Int, _ plan: CommitPlan) -> ShardName {
        number < table.shards.count ? table[number].name : plan.shards[number - table.shards.count].name
    }

    private mutating func writeTombstones(
        _ plan: CommitPlan, generation: Int
    ) throws(ShardsError) -> [Int: ManifestShard.Tombstones] {
        var written: [Int: ManifestShard.Tombstones] = [:]
        for (number, dead) in plan.dead.sorted(by: { $0.key < $1.key }) {
            let isListed = number < table.shards.count
            let checksum =
                isListed ? table[number].checksum : plan.shards[number - table.shards.count].checksum
            written[number] = try writeTombstones(
                Tombstones(generation: generation, shardChecksum: checksum, dead: dead), of: name(of: number, plan))
        }
        return written
    }

    /// Writes a tombstone file under the first free name, or finds the one that a failed commit wrote.
    mutating func writeTombstones(
        _ tombstones: Tombstones, of shard: ShardName
    ) throws(ShardsError) -> ManifestShard.Tombstones {
        if let spare = spareTombstones[shard], spare.generation == tombstones.generation, spare.dead == tombstones.dead,
            try isPresent(spare.listed.name)
        {
            return spare.listed
        }
        let listed = try tombstones.write(of: shard, in: directory)
        spareTombstones[shard] = SpareTombstones(
            generation: tombstones.generation, dead: tombstones.dead, listed: listed)
        return listed
    }

    private func isPresent(_ name: String) throws(ShardsError) -> Bool {
        do throws(PlatformError) {
            return try directory.statusIfPresent(FilePath(name)) != nil
        } catch {
            throw ShardsError(error, path: directory.path.appending(name))
        }
    }

    private mutating func apply(_ plan: CommitPlan, _ next: Manifest) {
        let firstNew = table.shards.count
        for (path, dead) in plan.removed where !dead.isEmpty { catalog.remove(dead, ofPath: path) }
        for receipt in plan.shards {
            table.append(
                ShardTable.Shard(
                    name: receipt.name, rowCount: receipt.rowCount, checksum: receipt.checksum, dead: nil))
            contents.beginShard()
            for document in receipt.documents { contents.append(document.content) }
        }
        for (_, insertion) in plan.inserted { catalog.insert(insertion.document, shard: insertion.shard) }
        for (number, dead) in plan.dead { table.setDead(dead, of: number) }
        assert(firstNew + plan.shards.count == table.shards.count)
        fileChanges = plan.fileChanges
        manifest = next
        generations.append(next.generation)
        spareTombstones = [:]
        doomed = [:]
    }
}
