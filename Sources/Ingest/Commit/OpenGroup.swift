package import Identity
import Platform
package import Shards
import Spool

/// What has come to the commit stage since the last commit, apart from the rows themselves.
package struct OpenGroup {
    /// A file that has ended, and how many documents of the open shard came before its end.
    package struct End {
        package var ticket: Ticket
        package let documentsBefore: Int

        package init(ticket: Ticket, documentsBefore: Int) {
            self.ticket = ticket
            self.documentsBefore = documentsBefore
        }
    }

    /// Files that end in the group, in the order of their claims.
    package var ends: [End] = []
    /// When the first item came.
    package private(set) var began: ContinuousClock.Instant?
    /// The claim whose documents have come and whose end has not.
    package private(set) var openClaim: String?
    /// Claims whose documents have come in part, and whose files are read again later.
    package private(set) var deferred: Set<String> = []
    /// Documents of the open shard: a second version of one of them is not compared with the index.
    package private(set) var digests: Set<IdentifierDigest> = []
    /// What earlier commits have made of the documents of the file that is open.
    private var carried: [IdentifierDigest: FileChange] = [:]
    /// What became of documents of the file that is open.
    private var unchanged = 0
    private var refused = LineFaults()
    /// Why the document that is open is refused.
    package var documentFault: DocumentFault?

    package init() {}

    package var isEmpty: Bool { ends.isEmpty && digests.isEmpty }

    /// Something has come.
    package mutating func begin() { if began == nil { began = .now } }

    /// A document was added to the open shard.
    package mutating func add(_ digest: IdentifierDigest, claim: String) {
        digests.insert(digest)
        openClaim = claim
    }

    /// A document turned out to be known.
    package mutating func addUnchanged() { unchanged += 1 }

    /// A document was refused by the encoder.
    package mutating func addRefused(_ fault: DocumentFault) {
        refused.append(fault)
        documentFault = nil
    }

    /// The file that is open has ended.
    ///
    /// - Returns: its ticket with what was found out about it here.
    package mutating func close(_ ticket: Ticket) -> Ticket {
        var ticket = ticket
        ticket.unchanged += unchanged
        ticket.refused.append(refused)
        unchanged = 0
        refused = LineFaults()
        openClaim = nil
        return ticket
    }

    /// What became of the documents of the files that end with a commit, all commits together that each took.
    ///
    /// Of several versions that end with one commit only the last one lives, so the change is its own.
    ///
    /// - Parameters:
    ///   - committed: what the commit has changed, by the path of the documents.
    ///   - ended: the files that end with it, in the order of their claims.
    /// - Returns: the changes by claim.
    package mutating func changes(
        _ committed: [IdentifierDigest: FileChange], ended: [Ticket]
    ) -> [String: FileChange] {
        var changes = committed.merging(carried) { $0 + $1 }
        // A file that goes on: only one is open at a time.
        carried = openClaim == nil ? [:] : changes
        var last: [IdentifierDigest: Ticket] = [:]
        for ticket in ended {
            let path = IdentifierDigest(path: ticket.documentPath.bytes)
            carried[path] = nil
            if ticket.fault == nil, !ticket.isRefusedWhole { last[path] = ticket }
        }
        for path in carried.keys { changes[path] = nil }
        return Dictionary(
            uniqueKeysWithValues: last.compactMap { path, ticket in
                changes.removeValue(forKey: path).map { (ticket.file.name.text, $0) }
            })
    }

    /// The file that is open is put off; nothing is counted of it.
    package mutating func putOff() {
        if let openClaim { deferred.insert(openClaim) }
        unchanged = 0
        refused = LineFaults()
        openClaim = nil
    }

    /// Begins anew after a commit; what is known of the file that is open stays.
    package mutating func reset() {
        ends = []
        digests = []
        deferred = []
        began = nil
        openClaim = nil
    }
}
