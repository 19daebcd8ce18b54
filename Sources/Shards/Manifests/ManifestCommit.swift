package import FoundationEssentials

/// What one commit changed, kept for people: `info` and `explain` show the last ones.
package struct ManifestCommit: Sendable, Equatable, Codable {
    package let generation: Int
    package let time: Date
    /// Rows added.
    package let rows: Int
    /// Documents added.
    package let documents: Int
    /// Rows that died: superseded or deleted.
    package let removedRows: Int
    /// Shards added.
    package let shards: Int

    enum CodingKeys: String, CodingKey {
        case generation, time, rows, documents
        case removedRows = "removed_rows"
        case shards
    }
}
