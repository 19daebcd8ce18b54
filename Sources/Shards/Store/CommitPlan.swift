import Identity

/// The effects of a commit, computed before anything is written: a pure function of the index and the changes.
struct CommitPlan: Sendable {
    /// A document that will live.
    struct Insertion: Sendable {
        let document: ShardReceipt.Document
        let shard: Int
    }

    /// The complete new sets of dead rows by shard number, for the shards that lose some.
    private(set) var dead: [Int: RowBitset] = [:]
    /// The documents that died, by shard number.
    private(set) var deadDocuments: [Int: Int] = [:]
    private(set) var removedRows = 0
    /// The documents that disappear without a replacement, by the digest of their path.
    private(set) var removed: [IdentifierDigest: Set<IdentifierDigest>] = [:]
    /// The documents that are new or replace older ones; at most one per identifier.
    private(set) var inserted: [IdentifierDigest: Insertion] = [:]
    /// What becomes of the documents of each file, by the digest of its path.
    private(set) var fileChanges: [IdentifierDigest: FileChange] = [:]
    /// The shards to add to the manifest; the first one gets the next number of the table.
    let shards: [ShardReceipt]

    /// Computes the plan; it does not keep the catalog and the table, since the commit changes them in place.
    ///
    /// `forgotten` keeps documents from coming back whose files were claimed before; those in `doomed` die.
    init(
        _ changes: IndexChanges, catalog: DocumentCatalog, table: ShardTable, forgotten: ForgottenDocuments,
        doomed: [IdentifierDigest: Set<IdentifierDigest>]
    ) {
        // A commit that seemed to fail may have happened; do not add its shards twice.
        shards = changes.shards.filter { table.number(of: $0.name) == nil }
        var ended: [IdentifierDigest: IndexChanges.EndedFile] = [:]
        for file in changes.ended { ended[IdentifierDigest(path: file.path)] = file }
        for (path, file) in ended {
            for entry in catalog.entries(ofPath: path) where !file.staying.contains(entry.digest) {
                remove(entry, ofPath: path, table)
            }
        }
        for identifier in changes.removals {
            guard let entry = catalog.entry(IdentifierDigest(identifier)) else { continue }
            remove(entry, ofPath: IdentifierDigest(path: Array(identifier.path)), table)
        }
        for (path, digests) in doomed {
            for entry in digests.compactMap(catalog.entry) { remove(entry, ofPath: path, table) }
        }
        insert(changes, ended: ended, catalog: catalog, table: table, forgotten: forgotten)
    }

    private mutating func insert(
        _ changes: IndexChanges, ended: [IdentifierDigest: IndexChanges.EndedFile], catalog: DocumentCatalog,
        table: ShardTable, forgotten: ForgottenDocuments
    ) {
        var number = 0
        var shard = table.shards.count
        for receipt in changes.shards {
            guard table.number(of: receipt.name) == nil else {
                number += receipt.documents.count
                continue
            }
            let withdrawn = receipt.claims.map(changes.withdrawn.contains)
            let dead = changes.dead[receipt.name]
            for document in receipt.documents {
                let insertion = Insertion(document: document, shard: shard)
                let isGone =
                    ended[document.path].map {
                        number < $0.documentsBefore && !$0.staying.contains(document.digest)
                    } ?? false
                let isForgotten =
                    forgotten.record(
                        covering: document.digest, path: document.path, claim: receipt.claims[document.claim]) != nil
                let isDead = dead?.contains(document.rows.lowerBound) ?? false
                if withdrawn[document.claim] || isGone || isForgotten || isDead {
                    kill(document.rows, of: shard, table)
                } else {
                    insert(insertion, catalog: catalog, table: table)
                }
                number += 1
            }
            shard += 1
        }
    }

    /// Whether the commit changes the index.
    var changesIndex: Bool { !shards.isEmpty || !dead.isEmpty }

    private mutating func remove(_ entry: DocumentCatalog.Entry, ofPath path: IdentifierDigest, _ table: ShardTable) {
        guard removed[path, default: []].insert(entry.digest).inserted else { return }
        fileChanges[path, default: FileChange()].removed.add(entry.rows.count)
        kill(entry.rows, of: Int(entry.shard), table)
    }

    private mutating func insert(_ insertion: Insertion, catalog: DocumentCatalog, table: ShardTable) {
        let document = insertion.document
        var change = fileChanges[document.path] ?? FileChange()
        if let older = inserted[document.digest] {
            kill(older.document.rows, of: older.shard, table)
            change.added.add(older.document.rows.count, sign: -1)
        } else if removed[document.path]?.remove(document.digest) == nil, let older = catalog.entry(document.digest) {
            kill(older.rows, of: Int(older.shard), table)
            change.removed.add(older.rows.count)
        }
        change.added.add(document.rows.count)
        fileChanges[document.path] = change
        inserted[document.digest] = insertion
    }

    private mutating func kill(_ doomed: Range<Int>, of shard: Int, _ table: ShardTable) {
        let isNew = shard >= table.shards.count
        let rowCount = isNew ? shards[shard - table.shards.count].rowCount : table[shard].rowCount
        // Removed meanwhile, so the set is changed in place rather than copied for every document.
        var rows = dead.removeValue(forKey: shard) ?? (isNew ? nil : table[shard].dead) ?? RowBitset(rowCount: rowCount)
        for row in doomed where rows.insert(row) { removedRows += 1 }
        dead[shard] = rows
        deadDocuments[shard, default: 0] += 1
    }
}
