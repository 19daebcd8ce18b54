package import Platform

/// The live documents of an index by identifier, and every claim that was ever committed to a shard still listed.
///
/// Ingest asks it whether a document is known, and recovery whether a claimed file has been committed.
package struct DocumentCatalog: Sendable {
    /// Where a live document is.
    package struct Entry: Sendable, Hashable {
        package let shard: ShardName
        /// Its rows in the shard.
        package let rows: Range<Int>
        package let key: SHA256Digest
        package let claim: String
    }

    private var entries: [DocumentIdentifier: Entry] = [:]
    private var itemsOfPath: [[UInt8]: Set<DocumentIdentifier>] = [:]
    /// Claims of all documents of the shards listed, dead ones included.
    package private(set) var claims: Set<String> = []

    init() {}

    /// Live documents.
    package var count: Int { entries.count }

    package subscript(_ identifier: DocumentIdentifier) -> Entry? { entries[identifier] }

    /// Live documents that came from the file at `path`: itself, or the objects of a `.jsonl` file.
    package func identifiers(ofPath path: [UInt8]) -> [DocumentIdentifier] {
        let whole = DocumentIdentifier(path: path)
        return (entries[whole] == nil ? [] : [whole]) + (itemsOfPath[path].map(Array.init) ?? [])
    }

    mutating func insert(_ identifier: DocumentIdentifier, _ entry: Entry) {
        let claim = claims.insert(entry.claim).memberAfterInsert
        // Claims repeat for every object of a .jsonl file; sharing one string keeps large catalogs small.
        entries[identifier] = Entry(shard: entry.shard, rows: entry.rows, key: entry.key, claim: claim)
        if identifier.item != nil { itemsOfPath[Array(identifier.path), default: []].insert(identifier) }
    }

    mutating func remove(_ identifier: DocumentIdentifier) {
        entries[identifier] = nil
        guard identifier.item != nil else { return }
        let path = Array(identifier.path)
        itemsOfPath[path]?.remove(identifier)
        if itemsOfPath[path]?.isEmpty == true { itemsOfPath[path] = nil }
    }

    mutating func remember(claim: String) {
        claims.insert(claim)
    }

    mutating func reserveCapacity(_ documents: Int) {
        entries.reserveCapacity(documents)
    }
}
