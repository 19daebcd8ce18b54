import Platform
package import SystemPackage

/// The write side of an index: creates it, commits generations, collects garbage.
///
/// One writer at a time is the rule, and its lock the caller's; if it is broken all the same, commits of two writers follow one another
/// and none is lost. Every call blocks on the disk: never make it from Swift's cooperative pool.
package struct IndexStore: Sendable {
    package let directory: FilePath
    /// The newest generation.
    package internal(set) var manifest: Manifest
    /// The live documents and the claims that have been committed.
    package internal(set) var catalog: DocumentCatalog
    /// The highest generation that has a file, damaged or not.
    var highestGeneration: Int
    /// Dead rows of shards that have some.
    var dead: [ShardName: RowBitset]

    /// What every row of the index has in common; make `ShardBuilder`s with it.
    package var identity: IndexIdentity { manifest.identity }

    /// Whether the directory holds an index, readable or not.
    package static func exists(at directory: FilePath) throws(ShardsError) -> Bool {
        do throws(ShardsError) {
            return try !IndexListing(directory).generations.isEmpty
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// Opens an index for writing and reads its tables of documents.
    ///
    /// A reader falls back behind a damaged manifest; a writer must not, for its next generation would leave out whatever the
    /// damaged one had, and the shards of that would be taken for garbage.
    ///
    /// - Throws: `ShardsError`, as `Snapshot.open`, and `.corrupt` when the newest manifest is damaged.
    package static func open(
        _ directory: FilePath, expecting expectation: IndexExpectation = IndexExpectation()
    ) throws(ShardsError) -> IndexStore {
        try IndexStore(Snapshot.open(directory, expecting: expectation, decodesCodes: false))
    }

    init(_ snapshot: Snapshot) throws(ShardsError) {
        directory = snapshot.directory
        manifest = snapshot.manifest
        if let damage = snapshot.damage.first {
            throw ShardsError(
                .corrupt, path: damage.path, section: damage.section, offset: damage.offset,
                "\(damage.message). Nothing is added to the index, since that would lose what this generation added: "
                    + "restore the file from a backup, or, to go back to generation \(snapshot.manifest.generation) for "
                    + "good, move it away")
        }
        highestGeneration = try max(
            IndexListing(snapshot.directory).generations.last ?? 0, snapshot.manifest.generation)
        catalog = try DocumentCatalog(snapshot)
        dead = [:]
        for shard in snapshot.shards { dead[shard.listed.name] = shard.dead }
    }
}

extension DocumentCatalog {
    /// Reads the tables of documents of all shards.
    package init(_ snapshot: Snapshot) throws(ShardsError) {
        self.init()
        reserveCapacity(snapshot.manifest.documents)
        for shard in snapshot.shards {
            try shard.reader.forEachDocument { _, stored in
                let document = stored.document
                guard shard.isLive(stored.rows.lowerBound) else { return remember(claim: document.claim) }
                insert(
                    document.identifier,
                    Entry(shard: shard.listed.name, rows: stored.rows, key: document.key, claim: document.claim))
            }
        }
    }
}
