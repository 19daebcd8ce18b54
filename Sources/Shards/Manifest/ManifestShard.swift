package import FoundationEssentials

/// A shard in the list of a manifest.
package struct ManifestShard: Sendable, Equatable {
    /// The file of a shard's dead rows.
    package struct Tombstones: Sendable, Equatable {
        /// The file's name in the index directory.
        package let name: String
        package let deadRows: Int
        /// XXH64 of the file, from its last 8 bytes.
        package let checksum: UInt64
        /// When the first of the rows died; nil where an older program wrote it, which did not say.
        package internal(set) var since: Date?
    }

    package let name: ShardName
    /// The rows in the file, dead ones included.
    package let rows: Int
    package internal(set) var liveRows: Int
    /// The documents in the file, dead ones included.
    package let documents: Int
    package internal(set) var liveDocuments: Int
    /// The size of the file in bytes.
    package let bytes: Int
    /// XXH64 of the file's index, which covers everything else.
    package let checksum: UInt64
    /// The file of dead rows; nil while all rows live.
    package internal(set) var tombstones: Tombstones?
}

extension ManifestShard: Codable {
    private enum CodingKeys: String, CodingKey {
        case bytes, checksum, documents
        case liveDocuments = "live_documents"
        case liveRows = "live_rows"
        case name, rows, tombstones
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let text = try fields.decode(String.self, forKey: .name)
        guard let name = ShardName(text) else { throw ShardsError(.corrupt, "'\(text)' is not the name of a shard") }
        self.name = name
        rows = try fields.decode(Int.self, forKey: .rows)
        liveRows = try fields.decode(Int.self, forKey: .liveRows)
        documents = try fields.decode(Int.self, forKey: .documents)
        liveDocuments = try fields.decode(Int.self, forKey: .liveDocuments)
        bytes = try fields.decode(Int.self, forKey: .bytes)
        checksum = try fields.decode(HexadecimalNumber.self, forKey: .checksum).value
        tombstones = try fields.decodeIfPresent(Tombstones.self, forKey: .tombstones)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(bytes, forKey: .bytes)
        try fields.encode(HexadecimalNumber(checksum), forKey: .checksum)
        try fields.encode(documents, forKey: .documents)
        try fields.encode(liveDocuments, forKey: .liveDocuments)
        try fields.encode(liveRows, forKey: .liveRows)
        try fields.encode(name.text, forKey: .name)
        try fields.encode(rows, forKey: .rows)
        try fields.encodeIfPresent(tombstones, forKey: .tombstones)
    }

    /// Whether the numbers are possible for a shard; its readers check whether they are correct.
    var isPlausible: Bool {
        let dead = tombstones?.deadRows ?? 0
        return (1...ShardFormat.maximumRowCount).contains(rows) && (1...rows).contains(documents)
            && (0...rows).contains(dead) && liveRows == rows - dead && (0...documents).contains(liveDocuments)
            && (liveDocuments == 0) == (liveRows == 0) && bytes > 0
    }
}

extension ManifestShard.Tombstones: Codable {
    private enum CodingKeys: String, CodingKey {
        case checksum
        case deadRows = "dead_rows"
        case name, since
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        guard case .tombstones = IndexFile(name) else {
            throw ShardsError(.corrupt, "'\(name)' is not the name of a tombstone file")
        }
        deadRows = try fields.decode(Int.self, forKey: .deadRows)
        checksum = try fields.decode(HexadecimalNumber.self, forKey: .checksum).value
        since = try fields.decodeIfPresent(Date.self, forKey: .since)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(HexadecimalNumber(checksum), forKey: .checksum)
        try fields.encode(deadRows, forKey: .deadRows)
        try fields.encode(name, forKey: .name)
        try fields.encodeIfPresent(since, forKey: .since)
    }
}
