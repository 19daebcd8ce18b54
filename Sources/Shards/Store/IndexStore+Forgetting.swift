package import FoundationEssentials
package import Identity
import Platform

extension IndexStore {
    /// Forgets documents: their records are made durable first, then their rows die in a new generation, which is durable too.
    ///
    /// Every record has to be later than all claims of the index. After a failure between the two the rows die with the
    /// next commit, or when the index is opened again.
    ///
    /// - Parameters:
    ///   - records: what is forgotten.
    ///   - time: the time of the commit.
    /// - Returns: how many documents and rows have died.
    /// - Throws: `ShardsError`; the call can be repeated.
    @discardableResult
    package mutating func forgetDurably(
        _ records: [ForgottenDocument], at time: Date = Date()
    ) throws(ShardsError) -> (documents: Int, rows: Int) {
        try remember(records)
        for record in records {
            let path = IdentifierDigest(path: Array(record.identifier.path))
            let whole = IdentifierDigest(record.identifier)
            let entries =
                record.identifier.item == nil ? catalog.entries(ofPath: path) : catalog.entry(whole).map { [$0] } ?? []
            for entry in entries { doomed[path, default: []].insert(entry.digest) }
        }
        return try bury(at: time)
    }

    /// Applies records of an earlier time, such as those of a spool whose index comes from a backup.
    ///
    /// Documents that were dropped again since then live on. It reads the index anew when a record is new to it.
    ///
    /// - Parameters:
    ///   - records: what was forgotten.
    ///   - time: the time of the commit.
    /// - Returns: how many documents and rows have died.
    /// - Throws: `ShardsError`; the call can be repeated.
    @discardableResult
    package mutating func recallDurably(
        _ records: [ForgottenDocument], at time: Date = Date()
    ) throws(ShardsError) -> (documents: Int, rows: Int) {
        if try remember(records) { isOutdated = true }
        // Repeated after a failure it must not take for done what is only written down.
        if isOutdated {
            try requireDurability(try confirmDurability())
            self = try IndexStore(directory, expecting: IndexExpectation(identity), claims: committedClaims)
        }
        return try bury(at: time)
    }

    /// Commits the death of what is doomed.
    private mutating func bury(at time: Date) throws(ShardsError) -> (documents: Int, rows: Int) {
        let before = (manifest.documents, manifest.rows)
        if case .unknown = try commit(IndexChanges(), at: time) { try requireDurability(try confirmDurability()) }
        return (before.0 - manifest.documents, before.1 - manifest.rows)
    }

    private func requireDurability(_ durability: Durability) throws(ShardsError) {
        if case .unknown(let error) = durability { throw ShardsError(error, path: error.path ?? directory.path) }
    }

    /// The record that covers what a claim brought; nil when it may live.
    package func forgotten(_ identifier: DocumentIdentifier, claim: String) -> ForgottenDocument? {
        forgotten.record(
            covering: IdentifierDigest(identifier), path: IdentifierDigest(path: Array(identifier.path)), claim: claim)
    }

    /// Makes records durable.
    ///
    /// - Returns: whether one of them is new.
    @discardableResult
    private mutating func remember(_ records: [ForgottenDocument]) throws(ShardsError) -> Bool {
        var joined = forgotten
        var isNew = false
        for record in records where joined.add(record) { isNew = true }
        guard isNew else { return false }
        try joined.write(in: directory)
        forgotten = joined
        return true
    }
}
