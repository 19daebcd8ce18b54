import Identity
import Shards

/// The documents that names on a command line mean in a snapshot.
struct NamedDocuments: Sendable {
    /// What each name can mean.
    let meanings: [Set<DocumentIdentifier>]

    /// Reads names; the lines at the end of one are left out only where no document of the snapshot has it as it stands.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    init(_ names: [String], in snapshot: Snapshot) throws(ShardsError) {
        var meanings: [Set<DocumentIdentifier>] = []
        for name in names.map({ DocumentName($0) }) {
            let exact = Set(name.meanings)
            var meant = exact
            if !name.meaningsWithoutLines.isEmpty, try !Self.holds(snapshot, exact) {
                meant = Set(name.meaningsWithoutLines)
            }
            meanings.append(meant)
        }
        self.meanings = meanings
    }

    private static func holds(
        _ snapshot: Snapshot, _ meanings: Set<DocumentIdentifier>
    ) throws(ShardsError) -> Bool {
        for shard in snapshot.shards {
            if let columns = shard.reader.columns {
                for meaning in meanings where try !columns.documents(of: meaning).isEmpty { return true }
            } else {
                var isHeld = false
                try shard.reader.forEachDocument { _, stored in
                    isHeld = isHeld || Self.isMeant(stored.document.identifier, by: meanings)
                }
                if isHeld { return true }
            }
        }
        return false
    }

    static func isMeant(_ identifier: DocumentIdentifier, by meanings: Set<DocumentIdentifier>) -> Bool {
        meanings.contains(identifier) || meanings.contains(DocumentIdentifier(path: Array(identifier.path)))
    }

    /// The places of the names that can mean a document.
    func places(of identifier: DocumentIdentifier) -> [Int] {
        meanings.indices.filter { Self.isMeant(identifier, by: meanings[$0]) }
    }
}
