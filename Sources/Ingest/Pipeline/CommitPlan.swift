import Platform
import Shards

/// What one commit will do, worked out from a group of documents in the order of their claims.
///
/// Pure: it knows the index only through one question. Of several versions of a document only the last is written; what
/// the index has already is not written again; what a file no longer holds dies.
struct CommitPlan: Sendable {
    /// Documents to write, in order.
    private(set) var additions: [EncodedDocument] = []
    /// Files that end: what the index has of them beyond what they hold dies.
    private(set) var ended: [IndexChanges.EndedFile] = []
    /// Documents that turned out to be known; counted by claim.
    private(set) var unchanged: [ClaimName: Int] = [:]
    /// Documents that the encoder refused, by claim.
    private(set) var refused: [ClaimName: [EncodedDocument]] = [:]

    init(_ items: [EncodedItem], key: (DocumentIdentifier) -> KeyPrefix?) {
        var latest: [DocumentIdentifier: Int] = [:]
        var pathMembers: [[UInt8]: Set<DocumentIdentifier>] = [:]
        var written: [EncodedDocument?] = []
        func drop(_ identifier: DocumentIdentifier) {
            if let place = latest.removeValue(forKey: identifier) { written[place] = nil }
        }
        for item in items {
            switch item {
            case .document(let document):
                let record = document.prepared.record
                let identifier = record.identifier
                guard document.fault == nil else {
                    refused[document.prepared.claim, default: []].append(document)
                    continue
                }
                if let place = latest[identifier], written[place]?.prepared.record.key == record.key {
                    unchanged[document.prepared.claim, default: 0] += 1
                    continue
                }
                drop(identifier)
                guard key(identifier) != KeyPrefix(record.key) else {
                    unchanged[document.prepared.claim, default: 0] += 1
                    continue
                }
                latest[identifier] = written.count
                written.append(document)
                if identifier.item != nil { pathMembers[record.path, default: []].insert(identifier) }
            case .end(let end):
                let path = end.file.relativePath.bytes
                ended.append(
                    IndexChanges.EndedFile(
                        path: path, staying: Set(end.identifiers.map { IdentifierDigest($0) }),
                        documentsBefore: written.count))
                for identifier in pathMembers[path] ?? [] where !end.identifiers.contains(identifier) {
                    drop(identifier)
                }
            }
        }
        additions = written.compactMap { $0 }
        for place in ended.indices {
            ended[place].documentsBefore = written[..<ended[place].documentsBefore].count { $0 != nil }
        }
    }
}
