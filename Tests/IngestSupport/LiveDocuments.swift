import Platform
import Shards
package import SystemPackage

/// What a reader of an index finds in it, for tests to compare with what was dropped.
package enum LiveDocuments {
    /// Stands for the text of a document that lives twice, which must never be.
    package static let twice = "TWICE"

    /// The text of every live document, its passages joined by `|`, by identifier: `path` or `path#item`.
    package static func read(_ index: FilePath) throws -> [String: String] {
        var found: [String: String] = [:]
        for shard in try Snapshot.open(index).shards {
            var stored: [StoredDocument] = []
            try shard.reader.forEachDocument { _, document in stored.append(document) }
            for document in stored where shard.isLive(document.rows.lowerBound) {
                let passages = try document.rows.map { row in
                    String(decoding: try shard.reader.text(of: shard.reader.passage(ofRow: row)), as: UTF8.self)
                }
                let record = document.document
                let path = FilePath(bytes: record.path)?.displayName ?? "?"
                let name = path + (record.item.map { "#" + String(decoding: $0, as: UTF8.self) } ?? "")
                found[name] = found[name].map { _ in twice } ?? passages.joined(separator: "|")
            }
        }
        return found
    }
}
