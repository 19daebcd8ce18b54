import Identity

/// What a commit does to an index, worked out before anything is written: a pure function of the index and the changes.
struct CommitPlan: Sendable {
    /// A document that will live.
    struct Insertion: Sendable {
        let document: ShardReceipt.Document
        let shard: Int
    }

    /// Complete new sets of dead rows by shard number, for the shards that lose some.
    private(set) var dead: [Int: RowBitset] = [:]
    /// Documents that died, by shard number.
    private(set) var deadDocuments: [Int: Int] = [:]
    private(set) var removedRows = 0
    /// Documents that are no longer there and whose place nothing takes, by the digest of their path.
    private(set) var removed: [IdentifierDigest: Set<IdentifierDigest>] = [:]
    /// Documents that are new or take the place of older ones; at most one of each identifier.
    private(set) var inserted: [IdentifierDigest: Insertion] = [:]
    /// Shards to add to the manifest; the first one gets the number that follows the table's last.
    let shards: [ShardReceipt]

    /// - Parameters: the catalog and the table are not kept, since the commit changes them in place.
    init(_ changes: IndexChanges, catalog: DocumentCatalog, table: ShardTable) {
        // A commit that seemed to fail may have happened: its shards are not added twice.
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
        insert(changes, ended, catalog, table)
    }

    private mutating func insert(
        _ changes: IndexChanges, _ ended: [IdentifierDigest: IndexChanges.EndedFile], _ catalog: DocumentCatalog,
        _ table: ShardTable
    ) {
        var number = 0
        var shard = table.shards.count
        for receipt in changes.shards {
            guard table.number(of: receipt.name) == nil else {
                number += receipt.documents.count
                continue
            }
            let withdrawn = receipt.claims.map(changes.withdrawn.contains)
            for document in receipt.documents {
                let insertion = Insertion(document: document, shard: shard)
                let isGone =
                    ended[document.path].map {
                        number < $0.documentsBefore && !$0.staying.contains(document.digest)
                    } ?? false
                if withdrawn[document.claim] || isGone {
                    kill(document.rows, of: shard, table)
                } else {
                    insert(insertion, catalog, table)
                }
                number += 1
            }
            shard += 1
        }
    }

    /// Whether the index is another one afterwards.
    var changesIndex: Bool { !shards.isEmpty || !dead.isEmpty }

    private mutating func remove(_ entry: DocumentCatalog.Entry, ofPath path: IdentifierDigest, _ table: ShardTable) {
        guard removed[path, default: []].insert(entry.digest).inserted else { return }
        kill(entry.rows, of: Int(entry.shard), table)
    }

    private mutating func insert(_ insertion: Insertion, _ catalog: DocumentCatalog, _ table: ShardTable) {
        let document = insertion.document
        if let older = inserted[document.digest] {
            kill(older.document.rows, of: older.shard, table)
        } else if removed[document.path]?.remove(document.digest) == nil, let older = catalog.entry(document.digest) {
            kill(older.rows, of: Int(older.shard), table)
        }
        inserted[document.digest] = insertion
    }

    private mutating func kill(_ doomed: Range<Int>, of shard: Int, _ table: ShardTable) {
        let isNew = shard >= table.shards.count
        let rowCount = isNew ? shards[shard - table.shards.count].rowCount : table[shard].rowCount
        // Taken out meanwhile, so that the set is changed in place rather than copied for every document.
        var rows = dead.removeValue(forKey: shard) ?? (isNew ? nil : table[shard].dead) ?? RowBitset(rowCount: rowCount)
        for row in doomed where rows.insert(row) { removedRows += 1 }
        dead[shard] = rows
        deadDocuments[shard, default: 0] += 1
    }
}
