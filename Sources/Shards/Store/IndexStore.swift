import FoundationEssentials
import Identity
package import Platform
package import Quantization
package import SystemPackage

/// The write side of an index, which creates it and commits generations.
///
/// There should be one writer at a time, and its lock belongs to the caller. If there are two nevertheless, their
/// commits follow one another and none is lost. Every call blocks on the disk: never make it from Swift's cooperative
/// pool. Keep only one copy: a commit changes its tables in place only while no copy shares them.
package struct IndexStore: Sendable {
    package let directory: OpenDirectory
    /// The index's ranges; nil when it has none.
    package let ranges: Ranges?
    /// The newest generation.
    package internal(set) var manifest: Manifest
    /// The live documents.
    package internal(set) var catalog = DocumentCatalog()
    /// What the last commit has made of the documents of each file, by the digest of its path.
    package internal(set) var fileChanges: [IdentifierDigest: FileChange] = [:]
    /// The claims given to `open` whose documents are in the index, dead or alive.
    package let committedClaims: Set<String>
    /// What was forgotten.
    package internal(set) var forgotten: ForgottenDocuments
    /// Live documents that a record covers, by the digest of their path; they die with the next commit.
    var doomed: [IdentifierDigest: Set<IdentifierDigest>]
    /// Whether records were written down whose rows are not looked up yet.
    var isOutdated = false
    /// The shards by number, with their dead rows.
    var table = ShardTable()
    /// The documents by their contents, dead ones included; its shards are those of `table`.
    var contents = ContentTable()
    /// The generations with a manifest, ascending; the last one need not verify.
    var generations: [Int]
    /// Whether the newest generation survives a power cut.
    var isDurable = false
    /// The tombstone files of a failed commit, by shard.
    var spareTombstones: [ShardName: SpareTombstones] = [:]
    /// The file of the newest generation's number, as it was when nobody else had committed.
    var seenMark: FileStatus?
    /// The commit that may or may not be published.
    var doubtful: DoubtfulCommit?

    /// A tombstone file that no manifest names yet.
    struct SpareTombstones: Sendable {
        let generation: Int
        let dead: RowBitset
        let listed: ManifestShard.Tombstones
    }

    /// The state from which `confirmDurability` continues.
    struct DoubtfulCommit: Sendable {
        let changes: IndexChanges
        let time: Date
    }

    /// The properties that every row of the index shares; make `ShardBuilder`s with it.
    package var identity: IndexIdentity { manifest.identity }

    /// Removes unnamed files; take it out of the store's lock, so the store is not copied.
    ///
    /// It spares the files that this store may still name. Later files are too young for it, so the store can continue
    /// to commit while it collects.
    package var garbage: GarbageCollector {
        let shards = doubtful?.changes.shards.map(\.name.fileName) ?? []
        return GarbageCollector(
            directory: directory, spared: Set(shards + spareTombstones.values.map(\.listed.name)))
    }

    /// Reads the index again where somebody else has committed, so that questions about documents are answered by the newest
    /// generation.
    ///
    /// It costs a look at one small file while nobody has.
    ///
    /// - Throws: `ShardsError`, as `open`; then the store is as before.
    package mutating func refresh() throws(ShardsError) {
        guard doubtful == nil else { return }
        let mark = try? directory.statusIfPresent(FilePath(IndexFile.generationMark.name))
        guard mark != seenMark || mark == nil else { return }
        if try !isNewest() {
            self = try IndexStore(directory, expecting: IndexExpectation(identity), claims: committedClaims)
        }
        seenMark = mark ?? nil
    }

    /// The key of the live document with this identifier; nil when there is none.
    package func key(of digest: IdentifierDigest) -> KeyPrefix? { catalog.key(of: digest) }

    /// The place of the newest document that probably has these contents, dead or alive; nil when there is none.
    ///
    /// A shard of dead rows only may be gone, so opening it may fail.
    package func place(of content: SHA256Digest) -> (shard: ShardName, document: Int)? {
        contents.document(ContentTable.Tag(content)).map { (table[$0.shard].name, $0.document) }
    }

    /// Whether there are live documents of the file at `path`.
    package func hasDocuments(ofPath path: [UInt8]) -> Bool { catalog.hasDocuments(ofPath: path) }

    /// Whether the directory contains an index, readable or not.
    package static func exists(at path: FilePath) throws(ShardsError) -> Bool {
        do throws(ShardsError) {
            return try IndexListing(IndexListing.openDirectory(path)).holdsIndex
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// Opens an index for writing and reads its document tables.
    ///
    /// A reader falls back behind a damaged or missing manifest. A writer must not: its next generation would leave out
    /// the contents of the lost one, and the shards of that would become garbage. The newest generation is first made
    /// durable, because the daemon acts on its claims.
    ///
    /// `claims` are the claims to search for, see `committedClaims`. Throws `ShardsError` like `Snapshot.open`, and
    /// `.corrupt` when the newest manifest is damaged or missing.
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
        var manifest = snapshot.manifest
        // An index of an older program gets the copy with its next commit.
        if manifest.rangesArray == nil {
            manifest.rangesArray = try RangesFile.ofIndex(directory.path, manifest.identity)?.array
        }
        self.manifest = manifest
        ranges = snapshot.ranges
        generations = try IndexListing(directory).generations
        forgotten = try ForgottenDocuments.read(in: directory) ?? ForgottenDocuments()
        let found = try catalog.read(snapshot, into: &table, &contents, claims: claims, forgotten: forgotten)
        (committedClaims, doomed) = (found.claims, found.doomed)
        found.latest?.observe()
        for record in forgotten.all.suffix(1) { ClaimName.observe(time: record.until) }
    }

    private static func refusal(_ damage: ShardsError, _ manifest: Manifest) -> ShardsError {
        ShardsError(
            .corrupt, path: damage.path, section: damage.section, offset: damage.offset,
            "\(damage.message). Nothing is added to the index, because that would lose the documents of this generation: "
                + "restore the file from a backup. To return to generation \(manifest.generation) for good, "
                + "move it away, together with the file 'generation' in the same directory")
    }
}

extension IndexStore {
    /// Tries to make the newest generation survive a power cut; call it again until it does.
    ///
    /// It first finishes a commit that may or may not have been published. After a failure the kernel may consider
    /// unwritten data written, so a second `fsync` alone proves nothing. Renaming a small file makes the kernel write
    /// the directory again.
    ///
    /// - Throws: `ShardsError` like `commit`; then that commit is still uncertain.
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

    /// Follows up on a durable generation: records its number and removes the manifests that it superseded.
    ///
    /// None of this affects the commit, so a failure is left for the next time.
    mutating func settle(keeping count: Int = GarbageCollector.keptGenerations) {
        isDurable = true
        try? directory.replaceVolatile(
            GenerationMark.serialized(manifest.generation), as: IndexFile.generationMark.component, mode: IndexFile.mode
        )
        removeSuperseded(keeping: count)
    }

    /// Removes all manifests but the newest, so that nothing of what was forgotten can be read through an older one.
    ///
    /// - Throws: `ShardsError` when the newest cannot be made durable; then all stay.
    package mutating func removeOlderGenerations() throws(ShardsError) {
        if case .unknown(let error) = try confirmDurability() { throw ShardsError(error, path: directory.path) }
        removeSuperseded(keeping: 1)
    }

    /// Removes the manifests that are not among the last ones.
    private mutating func removeSuperseded(keeping count: Int = GarbageCollector.keptGenerations) {
        while generations.count > count, let oldest = generations.first {
            do throws(PlatformError) {
                try directory.remove(FilePath(IndexFile.manifest(oldest).name))
            } catch {
                // In order, so no gap looks like a loss.
                guard error.isAbsence else { return }
            }
            generations.removeFirst()
        }
    }
}
