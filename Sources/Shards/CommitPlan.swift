/// What a commit does to an index, worked out before anything is written: a pure function of the index and the changes.
struct CommitPlan: Sendable {
    /// Complete new sets of dead rows, for the shards that lose some.
    private(set) var dead: [ShardName: RowBitset] = [:]
    /// Documents that died, by shard.
    private(set) var deadDocuments: [ShardName: Int] = [:]
    private(set) var removedRows = 0
    /// Documents that are no longer there, whose place nothing takes.
    private(set) var removed: Set<DocumentIdentifier> = []
    /// Documents that are new or took the place of older ones.
    private(set) var inserted: [DocumentIdentifier: DocumentCatalog.Entry] = [:]
    /// Shards to add to the manifest.
    let shards: [ShardReceipt]
    /// Claims of documents that were superseded within this commit.
    private(set) var supersededClaims: [String] = []

    private var rowCounts: [ShardName: Int] = [:]

    init(_ changes: IndexChanges, catalog: DocumentCatalog, manifest: Manifest, dead current: [ShardName: RowBitset]) {
        let listed = Set(manifest.shards.map(\.name))
        // A commit that seemed to fail may have happened: its shards are not added twice.
        shards = changes.shards.filter { !listed.contains($0.name) }
        for shard in manifest.shards { rowCounts[shard.name] = shard.rows }
        for shard in shards { rowCounts[shard.name] = shard.rowCount }
        var claims: [[UInt8]: String] = [:]
        for replacement in changes.replacements {
            claims[replacement.path] = replacement.claim
            for identifier in catalog.identifiers(ofPath: replacement.path) {
                remove(identifier, from: catalog, keeping: replacement.claim, current)
            }
        }
        for identifier in changes.removals { remove(identifier, from: catalog, keeping: nil, current) }
        for shard in shards {
            for document in shard.documents {
                let entry = DocumentCatalog.Entry(
                    shard: shard.name, rows: document.rows, key: document.key, claim: document.claim)
                if !claims.isEmpty, let claim = claims[Array(document.identifier.path)], claim != document.claim {
                    kill(entry, current)
                    supersededClaims.append(document.claim)
                } else {
                    insert(document.identifier, entry, catalog, current)
                }
            }
        }
    }

    private mutating func remove(
        _ identifier: DocumentIdentifier, from catalog: DocumentCatalog, keeping claim: String?,
        _ current: [ShardName: RowBitset]
    ) {
        guard let entry = catalog[identifier], entry.claim != claim, removed.insert(identifier).inserted else { return }
        kill(entry, current)
    }

    private mutating func insert(
        _ identifier: DocumentIdentifier, _ entry: DocumentCatalog.Entry, _ catalog: DocumentCatalog,
        _ current: [ShardName: RowBitset]
    ) {
        if let older = inserted[identifier] {
            kill(older, current)
            supersededClaims.append(older.claim)
        } else if removed.remove(identifier) == nil, let older = catalog[identifier] {
            kill(older, current)
        }
        inserted[identifier] = entry
    }

    private mutating func kill(_ entry: DocumentCatalog.Entry, _ current: [ShardName: RowBitset]) {
        var rows =
            dead[entry.shard] ?? current[entry.shard]
            ?? RowBitset(rowCount: rowCounts[entry.shard] ?? entry.rows.upperBound)
        // Lets the set be changed in place rather than copied for every document.
        dead[entry.shard] = nil
        for row in entry.rows where rows.insert(row) { removedRows += 1 }
        dead[entry.shard] = rows
        deadDocuments[entry.shard, default: 0] += 1
    }
}
