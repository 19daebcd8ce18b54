import FoundationEssentials
package import Platform
package import Quantization
package import SystemPackage

/// The write side of an index: creates it and commits generations.
///
/// One writer at a time is the rule, and its lock the caller's; if it is broken all the same, commits of two writers follow one another
/// and none is lost. Every call blocks on the disk: never make it from Swift's cooperative pool. Keep one copy of it: a commit changes its
/// tables in place only while nobody else holds them.
package struct IndexStore: Sendable {
    package let directory: OpenDirectory
    /// The index's ranges; nil when it has none.
    package let ranges: Ranges?
    /// The newest generation.
    package internal(set) var manifest: Manifest
    /// The live documents.
    package internal(set) var catalog = DocumentCatalog()
    /// Those of the claims that `open` was asked about whose documents are in the index, dead or alive.
    package let committedClaims: Set<String>
    /// Shards by number, with their dead rows.
    var table = ShardTable()
    /// Generations that have a manifest, ascending; the last one need not verify.
    var generations: [Int]
    /// Whether the newest generation survives a power cut.
    var isDurable = false
    /// Tombstone files that were written for a commit that failed, by shard.
    var spareTombstones: [ShardName: SpareTombstones] = [:]
    /// The commit of which nobody can tell whether it is published.
    var doubtful: DoubtfulCommit?

    /// A tombstone file that no manifest names yet.
    struct SpareTombstones: Sendable {
        let generation: Int
        let dead: RowBitset
        let listed: ManifestShard.Tombstones
    }

    /// What `confirmDurability` goes on with.
    struct DoubtfulCommit: Sendable {
        let changes: IndexChanges
        let time: Date
    }

    /// What every row of the index has in common; make `ShardBuilder`s with it.
    package var identity: IndexIdentity { manifest.identity }

    /// What removes files that nothing names; take it out of the store's lock, so that the store is not copied.
    ///
    /// It spares what this store may still name. What is written later is too young for it, so the store may go on to commit
    /// while it collects.
    package var garbage: GarbageCollector {
        let shards = doubtful?.changes.shards.map(\.name.fileName) ?? []
        return GarbageCollector(
            directory: directory, spared: Set(shards + spareTombstones.values.map(\.listed.name)))
    }

    /// The key of the live document of this identifier; nil when there is none.
    package func key(of digest: IdentifierDigest) -> KeyPrefix? { catalog.key(of: digest) }

    /// Whether live documents came from the file at `path`.
    package func hasDocuments(ofPath path: [UInt8]) -> Bool { catalog.hasDocuments(ofPath: path) }

    /// Whether the directory holds an index, readable or not.
    package static func exists(at path: FilePath) throws(ShardsError) -> Bool {
        do throws(ShardsError) {
            return try IndexListing(IndexListing.openDirectory(path)).holdsIndex
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// Opens an index for writing and reads its tables of documents.
    ///
    /// A reader falls back behind a manifest that is damaged or missing; a writer must not, for its next generation would leave out
    /// whatever that one had, and the shards of that would be taken for garbage. The newest generation is made durable
    /// first: what it says of claims is acted upon.
    ///
    /// - Parameter claims: claims that are to be looked for, whole texts; see `committedClaims`.
    /// - Throws: `ShardsError`, as `Snapshot.open`, and `.corrupt` when the newest manifest is damaged or missing.
    package static func open(
        _ path: FilePath, expecting expectation: IndexExpectation = IndexExpectation(), claims: Set<String> = []
    ) throws(ShardsError) -> IndexStore {
        let directory = try IndexListing.openDirectory(path)
        var store = try IndexStore(directory, expecting: expectation, claims: claims)
        if case .unknown(let error) = try store.confirmDurability() { throw ShardsError(error, path: path) }
        return store
    }

    init(
        _ directory: OpenDirectory, expecting expectation: IndexExpectation, claims: Set<String>
    ) throws(ShardsError) {
        let snapshot = try Snapshot.open(in: directory, expecting: expectation, decodesCodes: false)
        if let damage = snapshot.damage.first { throw Self.refusal(damage, snapshot.manifest) }
        self.directory = directory
        manifest = snapshot.manifest
        ranges = snapshot.ranges
        generations = try IndexListing(directory).generations
        committedClaims = try catalog.read(snapshot, into: &table, claims: claims)
    }

    private static func refusal(_ damage: ShardsError, _ manifest: Manifest) -> ShardsError {
        ShardsError(
            .corrupt, path: damage.path, section: damage.section, offset: damage.offset,
            "\(damage.message). Nothing is added to the index, since that would lose what this generation added: "
                + "restore the file from a backup, or, to go back to generation \(manifest.generation) for good, "
                + "move it away, and the file 'generation' in the same directory too")
    }
}

extension IndexStore {
    /// Makes sure that the newest generation survives a power cut; called again until it does.
    ///
    /// A commit of which nobody could tell whether it was published is finished first.
    ///
    /// After a failure the kernel may take what it could not write for written, so a second `fsync` alone proves nothing. A small
    /// file is given its name anew, which makes the directory be written again.
    /// - Throws: `ShardsError`, as `commit`: that commit is still in doubt.
    package mutating func confirmDurability() throws(ShardsError) -> Durability {
        if let doubtful { return try finish(doubtful) }
        guard !isDurable else { return .durable }
        do throws(PlatformError) {
            let durability = try directory.publish(
                GenerationMark.serialized(manifest.generation), as: IndexFile.generationMark.component,
                mode: IndexFile.mode, isReplacing: true)
            if case .unknown = durability { return durability }
        } catch {
            return .unknown(error)
        }
        isDurable = true
        removeSuperseded()
        return .durable
    }

    /// Follows a generation that is durable: notes its number and removes the manifests that it superseded.
    ///
    /// None of it matters to what was committed, so that failures are left for the next time.
    mutating func settle() {
        isDurable = true
        try? directory.replaceVolatile(
            GenerationMark.serialized(manifest.generation), as: IndexFile.generationMark.component, mode: IndexFile.mode
        )
        removeSuperseded()
    }

    /// Removes the manifests that are not among the last ones.
    private mutating func removeSuperseded() {
        while generations.count > GarbageCollector.keptGenerations, let oldest = generations.first {
            do throws(PlatformError) {
                try directory.remove(FilePath(IndexFile.manifest(oldest).name))
            } catch {
                // In order, so that no gap looks like a loss.
                guard error.isAbsence else { return }
            }
            generations.removeFirst()
        }
    }
}
