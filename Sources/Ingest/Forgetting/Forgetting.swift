import Documents
import Identity
package import Inbox
import Platform
import Shards
package import Spool
package import SystemPackage

/// Carries orders to forget out: in the index, in the spool, and for good.
///
///     forgetting.jsonl ─▶ forgotten.jsonl ─▶ index: record, dead rows ─▶ files to replaced/ ─▶ wishes ─▶ no forgetting.jsonl
///
/// The first file decides: before it is durable nothing has happened, afterwards the next start does the rest. So nothing is
/// ever half forgotten. Everything blocks.
package struct Forgetting {
    private let spool: Spool
    private let index: any ForgettingIndex
    private let ignore: IgnorePatterns
    private let gate: ClaimGate
    private let beat: @Sendable () -> Void

    /// What is being forgotten; it lies in the spool only until that is done.
    package static let orderName: FilePath.Component = "forgetting.jsonl"

    /// Prepares to forget.
    ///
    /// - Parameters:
    ///   - spool: the spool.
    ///   - index: its index.
    ///   - ignore: the names of the inbox that are never taken.
    ///   - gate: keeps files from being claimed meanwhile.
    ///   - beat: called for each document, as a sign of life: an order can name all that there is.
    package init(
        _ spool: Spool, _ index: any ForgettingIndex, ignore: IgnorePatterns, gate: ClaimGate,
        beat: @escaping @Sendable () -> Void = {}
    ) {
        self.spool = spool
        self.index = index
        self.ignore = ignore
        self.gate = gate
        self.beat = beat
    }

    /// Carries an order out; it may be repeated after a failure.
    ///
    /// The caller makes sure that nothing is committed or moved to `done/` meanwhile.
    ///
    /// - Parameters:
    ///   - order: what is to be forgotten.
    ///   - refusal: why it is not to be begun; it is asked once nothing else is to be done.
    /// - Returns: what was.
    /// - Throws: `ShardsError`, `PlatformError`, and the refusal.
    package func carryOut(_ order: ForgetOrder, refusal: () -> IngestError? = { nil }) throws -> ForgetOutcome {
        try gate.alone {
            // That of a run before, or of an attempt at this order that failed on its way.
            var (outcome, earlier) = try finishEarlier()
            if earlier.contains(where: { $0.wish == order.wish }) { return outcome }
            // One that was carried out and not answered yet does not hit what was dropped since.
            if try CarriedOutWishes.read(in: spool.root).contains(order.wish) { return outcome }
            if let refusal = refusal() { throw refusal }
            var documents = order.documents
            if order.isOfMissing {
                let missing = try spool.missing(
                    among: documents.compactMap { FilePath(bytes: Array($0.path)) }, beat: beat)
                documents.removeAll { !missing.contains(FilePath(bytes: Array($0.path)) ?? FilePath()) }
            }
            guard !documents.isEmpty else { return outcome }
            let claim = ClaimName.fresh(size: 0)
            let time = RealTime(nanoseconds: claim.time).timestamp
            let records = documents.map {
                ForgottenDocument(
                    $0, until: claim.time, time: time, isDeleted: order.isDeleting, made: order.made,
                    wish: order.wish)
            }
            try ForgottenDocuments(records).write(Self.orderName, in: spool.root)
            try keep(records)
            outcome.add(died: try index.forget(Self.kept(records)))
            try putAway(records, &outcome)
            return outcome
        }
    }

    /// Finishes what an earlier run began, and lets an index from a backup know what the spool knows.
    ///
    /// - Throws: `ShardsError`, `PlatformError`; it may be repeated.
    package func resume() throws {
        try gate.alone {
            _ = try finishEarlier()
            if let known = try ForgottenDocuments.read(in: spool.root) { _ = try index.recall(known.all) }
        }
    }

    private func finishEarlier() throws -> (ForgetOutcome, [ForgottenDocument]) {
        var outcome = ForgetOutcome()
        guard let begun = try ForgottenDocuments.read(Self.orderName, in: spool.root) else { return (outcome, []) }
        try keep(begun.all)
        outcome.add(died: try index.recall(Self.kept(begun.all)))
        try putAway(begun.all, &outcome)
        return (outcome, begun.all)
    }

    /// Records as they are kept when the order is over.
    private static func kept(_ records: [ForgottenDocument]) -> [ForgottenDocument] {
        records.map { record in
            var record = record
            (record.made, record.wish) = (nil, nil)
            return record
        }
    }

    /// Adds records to the copy that the spool keeps.
    private func keep(_ records: [ForgottenDocument]) throws(ShardsError) {
        var known = try ForgottenDocuments.read(in: spool.root) ?? ForgottenDocuments()
        for record in Self.kept(records) { known.add(record) }
        try known.write(in: spool.root)
    }

    /// Moves the files, tells the journal, and ends the order.
    private func putAway(_ records: [ForgottenDocument], _ outcome: inout ForgetOutcome) throws {
        var entries: [JournalEntry] = []
        var round = ForgettingRound(
            day: RealTime.now.day, ignore: ignore,
            mayHaveLines: { DocumentFormat.contents(name: $0) == .jsonLines }, beat: beat)
        try spool.renewFolders()
        for record in records {
            beat()
            guard let path = FilePath(bytes: Array(record.identifier.path)) else { continue }
            let claim = ClaimName(time: record.until, random: 0, boot: "0000", size: 0)
            var files = ForgottenFiles()
            if record.identifier.item == nil {
                files = try spool.putAway(
                    forgotten: path, until: record.until, before: record.made ?? record.until, claim: claim,
                    deleting: record.isDeleted, &round)
            } else {
                // One line of a file leaves the file where it is.
                try spool.forgetLines(of: path, before: record.made ?? record.until)
            }
            outcome.movedFiles += files.putAway.count { $0.place != nil }
            outcome.deletedFiles += files.putAway.count { $0.place == nil }
            outcome.left += files.left
            let first = files.putAway.first
            var entry = JournalEntry(forgotten: path, claim: claim.text, place: first?.place, status: first?.status)
            entry.item = record.identifier.item.map { String(decoding: $0, as: UTF8.self) }
            entries.append(entry)
        }
        try spool.root.synchronizeFileSystem()
        spool.journal.append(entries)
        var wishes = try CarriedOutWishes.read(in: spool.root)
        for wish in Set(records.compactMap(\.wish)) { wishes.add(wish) }
        try wishes.write(in: spool.root)
        try spool.root.remove(FilePath(root: nil, [Self.orderName]))
    }
}
