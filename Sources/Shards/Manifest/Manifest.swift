package import FoundationEssentials
package import Platform

/// One generation of an index: a complete list of its contents.
///
/// See Format.md, section 3. A manifest is written once and never changed; the next generation is another file.
package struct Manifest: Sendable, Equatable {
    package internal(set) var generation: Int
    /// The generation that this one was made from.
    package internal(set) var parent: Int?
    package internal(set) var created: Date
    package internal(set) var committed: Date
    package internal(set) var identity: IndexIdentity
    /// SHA-256 of `ranges.json`.
    package internal(set) var rangesDescription: SHA256Digest?
    /// The bytes of `ranges.npy`, so that they can be restored; nil when there are none, and in manifests of older programs.
    package internal(set) var rangesArray: [UInt8]?
    /// How documents are cut, each rule a name and a number: `budget`, `target`, `overlap`.
    package internal(set) var passages: [String: Int]
    /// The shards in row order.
    package internal(set) var shards: [ManifestShard]
    /// The number of vector components outside the ranges, since creation.
    package internal(set) var clippedValues: Int
    /// The number of quantized vector components, since creation.
    package internal(set) var quantizedValues: Int
    /// The last commits, oldest first.
    package internal(set) var commits: [ManifestCommit]

    /// The live rows of all shards.
    package var rows: Int { shards.reduce(0) { $0 + $1.liveRows } }
    /// The live documents of all shards.
    package var documents: Int { shards.reduce(0) { $0 + $1.liveDocuments } }

    /// The share of quantized values outside the ranges; above 1 % the ranges fit the text badly.
    package var clippedShare: Double {
        quantizedValues > 0 ? Double(clippedValues) / Double(quantizedValues) : 0
    }
}

/// The changes of one commit, recorded for people: `info` and `explain` show the last ones.
package struct ManifestCommit: Sendable, Equatable, Codable {
    package let generation: Int
    package let time: Date
    /// The number of rows added.
    package let rows: Int
    /// The number of documents added.
    package let documents: Int
    /// The number of rows that died: superseded or deleted.
    package let removedRows: Int
    /// The number of shards added.
    package let shards: Int

    enum CodingKeys: String, CodingKey {
        case generation, time, rows, documents
        case removedRows = "removed_rows"
        case shards
    }
}
