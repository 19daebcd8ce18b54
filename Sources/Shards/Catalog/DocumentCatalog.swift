import Identity

/// The live documents of an index and the positions of their rows, by the digest of each identifier.
///
/// Ingest asks whether it contains a document; commits ask what a new version supersedes. It takes about 60 bytes per
/// document, regardless of the names: flat arrays, no identifiers, no claims. The time of a change depends only on the
/// size of the change.
package struct DocumentCatalog: Sendable {
    /// The position of a live document.
    struct Entry: Sendable, Hashable, DigestKeyed {
        let digest: IdentifierDigest
        let key: KeyPrefix
        /// The number of its shard in the store's `ShardTable`.
        let shard: UInt32
        let firstRow: UInt32
        let rowCount: UInt32
        /// The next item of the same file, or the next unused entry; `none` at the end.
        fileprivate(set) var next: UInt32

        /// Its rows in the shard.
        var rows: Range<Int> { Int(firstRow)..<Int(firstRow) + Int(rowCount) }
    }

    /// The first item of a file.
    private struct Head: Sendable, DigestKeyed {
        /// The digest of the file's path.
        let digest: IdentifierDigest
        var first: UInt32
    }

    private static let none = UInt32.max

    private var entries: [Entry] = []
    private var unused = none
    private var table = DigestTable()
    private var heads: [Head] = []
    private var unusedHead = none
    private var paths = DigestTable()

    init() {}

    /// The number of live documents.
    package var count: Int { table.count }

    /// The memory in use, in bytes.
    package var byteCount: Int {
        entries.capacity * MemoryLayout<Entry>.stride + heads.capacity * MemoryLayout<Head>.stride + table.byteCount
            + paths.byteCount
    }

    /// The key of a live document; nil when there is none with this identifier.
    package func key(of digest: IdentifierDigest) -> KeyPrefix? { entry(digest)?.key }

    /// Whether there are live documents of the file at `path`: itself, or items of it.
    package func hasDocuments(ofPath path: [UInt8]) -> Bool {
        let digest = IdentifierDigest(path: path)
        return number(digest) != nil || head(digest) != nil
    }

    /// The live documents of the file at `path`.
    package func digests(ofPath path: [UInt8]) -> [IdentifierDigest] {
        entries(ofPath: IdentifierDigest(path: path)).map(\.digest)
    }

    func entry(_ digest: IdentifierDigest) -> Entry? { number(digest).map { entries[$0] } }

    /// The live documents of the file whose path has this digest.
    func entries(ofPath path: IdentifierDigest) -> [Entry] {
        var found: [Entry] = []
        if let whole = entry(path) { found.append(whole) }
        var next = head(path).map { heads[$0].first } ?? Self.none
        while next != Self.none {
            found.append(entries[Int(next)])
            next = entries[Int(next)].next
        }
        return found
    }

    /// Makes room for this many documents, so reading an index moves nothing.
    mutating func reserveCapacity(_ documents: Int) {
        entries.reserveCapacity(documents)
        table.reserve(documents, in: entries)
    }

    /// Adds a document, or replaces the one with the same digest.
    mutating func insert(_ document: ShardReceipt.Document, shard: Int) {
        insert(
            document.digest, path: document.path, key: document.key, shard: shard, rows: document.rows)
    }

    /// Adds a document, or replaces the one with the same digest.
    ///
    /// `path` is the digest of the path alone; it equals `digest` when the document is not an item.
    mutating func insert(
        _ digest: IdentifierDigest, path: IdentifierDigest, key: KeyPrefix, shard: Int, rows: Range<Int>
    ) {
        var entry = Entry(
            digest: digest, key: key, shard: UInt32(shard), firstRow: UInt32(rows.lowerBound),
            rowCount: UInt32(rows.count), next: Self.none)
        if let number = number(digest) {
            entry.next = entries[number].next
            entries[number] = entry
            return
        }
        guard path != digest else {
            add(entry)
            return
        }
        let head = claimHead(path)
        entry.next = heads[head].first
        heads[head].first = UInt32(add(entry))
    }

    /// Removes the given documents of a file; takes time in proportion to the number of the file's documents.
    mutating func remove(_ dead: Set<IdentifierDigest>, ofPath path: IdentifierDigest) {
        if dead.contains(path), let number = number(path) { release(number) }
        guard let head = head(path) else { return }
        var last = Self.none
        var next = heads[head].first
        while next != Self.none {
            let number = Int(next)
            next = entries[number].next
            guard dead.contains(entries[number].digest) else {
                last = UInt32(number)
                continue
            }
            if last == Self.none { heads[head].first = next } else { entries[Int(last)].next = next }
            release(number)
        }
        if heads[head].first == Self.none { releaseHead(head) }
    }

    private func number(_ digest: IdentifierDigest) -> Int? {
        table.number(of: digest, in: entries)
    }

    private func head(_ path: IdentifierDigest) -> Int? {
        paths.number(of: path, in: heads)
    }

    /// Stores an entry in a free position and returns its number.
    @discardableResult
    private mutating func add(_ entry: Entry) -> Int {
        let number: Int
        if unused == Self.none {
            // An array that doubles itself would take twice the memory just afterwards.
            if entries.count == entries.capacity { entries.reserveCapacity(entries.count + entries.count / 8 + 64) }
            number = entries.count
            entries.append(entry)
        } else {
            number = Int(unused)
            unused = entries[number].next
            entries[number] = entry
        }
        table.insert(number, in: entries)
        return number
    }

    private mutating func release(_ number: Int) {
        table.remove(number, in: entries)
        entries[number].next = unused
        unused = UInt32(number)
    }

    private mutating func claimHead(_ path: IdentifierDigest) -> Int {
        if let number = head(path) { return number }
        let number: Int
        if unusedHead == Self.none {
            if heads.count == heads.capacity { heads.reserveCapacity(heads.count + heads.count / 8 + 16) }
            number = heads.count
            heads.append(Head(digest: path, first: Self.none))
        } else {
            number = Int(unusedHead)
            unusedHead = heads[number].first
            heads[number] = Head(digest: path, first: Self.none)
        }
        paths.insert(number, in: heads)
        return number
    }

    private mutating func releaseHead(_ number: Int) {
        paths.remove(number, in: heads)
        heads[number].first = unusedHead
        unusedHead = UInt32(number)
    }
}

extension DocumentCatalog {
    /// Reads the document tables of all shards.
    ///
    /// `table` and `contents` receive the shards in the manifest's order. Returns those of `claims` that documents in the index have,
    /// dead ones included; the live documents that `forgotten` covers, by the digests of their paths; and the latest claim.
    mutating func read(
        _ snapshot: Snapshot, into table: inout ShardTable, _ contents: inout ContentTable, claims: Set<String>,
        forgotten: ForgottenDocuments
    ) throws(ShardsError) -> (
        claims: Set<String>, doomed: [IdentifierDigest: Set<IdentifierDigest>], latest: ClaimName?
    ) {
        reserveCapacity(snapshot.manifest.documents)
        contents.reserve(snapshot.shards.reduce(0) { $0 + $1.listed.documents })
        var search = ClaimSearch(claims)
        var latest = LatestClaim()
        var doomed: [IdentifierDigest: Set<IdentifierDigest>] = [:]
        for shard in snapshot.shards {
            let number = table.shards.count
            let listed = shard.listed
            table.append(
                ShardTable.Shard(
                    name: listed.name, rowCount: listed.rows, checksum: listed.checksum, dead: shard.dead))
            contents.beginShard()
            try shard.reader.forEachRecord { record in
                contents.append(record.content)
                search.look(at: record.claim)
                latest.look(at: record.claim)
                guard shard.isLive(record.rows.lowerBound) else { return }
                let digests = record.digests
                insert(digests.whole, path: digests.path, key: record.key, shard: number, rows: record.rows)
                guard forgotten.mentions(digests.whole, path: digests.path),
                    forgotten.record(covering: digests.whole, path: digests.path, claim: record.claimText) != nil
                else { return }
                doomed[digests.path, default: []].insert(digests.whole)
            }
        }
        return (search.found, doomed, latest.name)
    }
}
