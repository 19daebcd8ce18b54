import Documents
import Identity
import Indexing
import Logging
import Platform
import Shards
import Spool
import SystemPackage

/// What follows a commit: it is told, and its files move on.
extension CommitStage {
    func report(_ added: IndexWriter.Committed) {
        let summary = noteIndex()
        context.board.note { status in
            status.documentsAdded += added.documents
            status.passagesAdded += added.rows
            status.documentsReplaced =
                (status.documentsReplaced ?? 0) + added.files.values.reduce(0) { $0 + $1.removed.documents }
            status.lastCommit = RealTime.now.timestamp
        }
        guard added.rows > 0, let summary else { return }
        context.logger.info(
            "committed",
            metadata: [
                "generation": "\(summary.generation)", "documents": "\(added.documents)", "passages": "\(added.rows)",
            ])
        if summary.clippedShare > 0.01 {
            context.logger.warning(
                """
                more than 1 % of the values lie outside the ranges; make ranges from your own text with 'vectorspool \
                calibrate' and a new index with them
                """,
                metadata: ["clipped": "\(summary.clippedShare)"])
        }
    }

    /// Counts how long the files of a commit have taken from their arrival until they could be found.
    func reportDelays(_ tickets: [Ticket]) {
        let now = RealTime.now.nanoseconds
        // A file that the index had already could be found before it arrived.
        let delays = tickets.compactMap { ticket in
            ticket.fault == nil && ticket.unchanged < ticket.goodCount ? ticket.file.arrival.map { now - $0 } : nil
        }
        guard !delays.isEmpty else { return }
        context.board.note { status in
            var histogram = status.searchableAfter ?? DelayHistogram()
            for delay in delays { histogram.add(Double(delay) / 1e9) }
            status.searchableAfter = histogram
        }
    }

    /// The page learns what the index holds.
    @discardableResult
    func noteIndex() -> (generation: Int, documents: Int, rows: Int, clippedShare: Double)? {
        let summary = context.index.summary
        context.board.note { status in
            guard let summary else { return }
            status.generation = summary.generation
            status.documents = summary.documents
            status.rows = summary.rows
            status.clippedShare = summary.clippedShare
        }
        return summary
    }

    /// Tells which files are new versions, and what they took the place of.
    func reportVersions(_ tickets: [Ticket], _ changes: [String: FileChange]) {
        var told = 0
        for ticket in tickets {
            let path = ticket.documentPath
            guard let change = changes[ticket.file.name.text], change.removed.documents > 0 else { continue }
            told += 1
            guard told <= Self.toldVersions else { continue }
            context.logger.info(
                "a new version: \(change.added.sentence) in place of \(change.removed.sentence)",
                metadata: ["path": "\(path.displayName)"])
        }
        if told > Self.toldVersions {
            context.logger.info("\(told - Self.toldVersions) more new versions; 'vectorspool explain' tells of each")
        }
    }

    /// The new versions of one commit that the log names.
    private static let toldVersions = 20

    mutating func retire(_ tickets: [Ticket], _ changes: [String: FileChange]) async throws {
        let day = RealTime.now.day
        try await context.gate.retrying("looking at done/") { try context.spool.renewFolders() }
        let taken = tickets.filter { $0.fault == nil && !$0.isRefusedWhole }
        if context.options.keepsDone {
            try await context.gate.retrying("moving earlier versions away") {
                try context.spool.setAsideVersions(
                    before: taken.map { ticket in
                        (ticket.file, ticket.donePath, ticket.mayHaveMendedLines)
                    }, day: day, heart: context.heart)
            }
        }
        for ticket in tickets {
            context.heart.beat()
            try context.failpoints.reach(.beforeRetire)
            // Asked for each, since something may be forgotten while the system is waited for.
            if try await putAwayForgotten(ticket) { continue }
            guard ticket.fault == nil, !ticket.isRefusedWhole else {
                try await fail(ticket)
                continue
            }
            // What could not be written down of the refused documents is in the file.
            let keeping = context.options.keepsDone || ticket.refused.count > 0
            // While the file is in work/, so that the next start goes on with it.
            try await clearFailures(ticket, day: day)
            let isReplaced = ticket.isReplaced(by: taken)
            let outcome = try await context.gate.retrying("moving an indexed file away") {
                () throws -> Spool.RetireOutcome? in
                // Something may have been forgotten while the system was waited for.
                guard context.forgotten(ticket.file, as: ticket.documentPath) == nil else { return nil }
                if isReplaced {
                    try context.spool.retireOlder(ticket.file, as: ticket.donePath, keeping: keeping, day: day)
                    return .done
                }
                return try context.spool.retire(
                    ticket.file, asRead: ticket.file.status, as: ticket.donePath, rows: ticket.rows, keeping: keeping,
                    day: day, heart: context.heart)
            }
            guard let outcome else {
                _ = try await putAwayForgotten(ticket)
                continue
            }
            if outcome != .changed {
                // One by one: what dies here has told of all files but one.
                var entry = entry(of: ticket, isKept: keeping && outcome == .done, changes)
                if isReplaced, keeping, !ticket.file.isCopy {
                    entry.place = FilePath("replaced").appending(day).pushing(ticket.donePath)
                }
                context.spool.journal.append([entry])
            }
            try context.failpoints.reach(.afterRetire)
            context.leave(ticket)
            context.board.note { status in
                if outcome == .changed { return }
                if ticket.unchanged == ticket.staying.count {
                    status.unchangedFiles += 1
                } else {
                    status.doneFiles += 1
                }
            }
        }
        context.spool.removeFolders(of: tickets.map(\.file))
        try await noteInPlace(tickets.filter { $0.fault == nil && !$0.isRefusedWhole }, .indexed)
    }

    /// Remembers the files that stay in the inbox, so that no scan takes them again before they change.
    func noteInPlace(_ tickets: [Ticket], _ outcome: LeftEntry.Outcome) async throws {
        // What was forgotten meanwhile is noted as that.
        var copies: [Ticket] = []
        for ticket in tickets where ticket.file.isCopy {
            if context.forgotten(ticket.file, as: ticket.documentPath) == nil {
                copies.append(ticket)
            } else {
                context.spool.left.end(ticket.file.relativePath)
            }
        }
        guard !copies.isEmpty else { return }
        try await context.gate.retrying("noting files that stay in the inbox") {
            for ticket in copies where context.forgotten(ticket.file, as: ticket.documentPath) == nil {
                try context.spool.noteInPlace(ticket.file, ticket.digest, outcome)
            }
            try context.spool.left.synchronize()
        }
    }

    private func entry(of ticket: Ticket, isKept: Bool, _ changes: [String: FileChange]) -> JournalEntry {
        var entry = ticket.entry(ticket.unchanged == ticket.staying.count ? .unchanged : .indexed, isKept: isKept)
        entry.documents = ticket.goodCount
        if let change = changes[ticket.file.name.text] {
            entry.passages = change.added.passages
            entry.replaced = change.removed.documents
            entry.replacedPassages = change.removed.passages
        }
        entry.unchanged = ticket.unchanged
        entry.failedLines = ticket.badLines.count + ticket.refused.count
        return entry
    }
}

extension FileChange.Count {
    fileprivate var sentence: String {
        "\(documents) document\(documents == 1 ? "" : "s") of \(passages) passage\(passages == 1 ? "" : "s")"
    }
}

extension Ticket {
    /// Whether these are mended lines of a file of which a newer version is among others: they belong to the version before.
    fileprivate func isReplaced(by others: [Ticket]) -> Bool {
        guard let continues else { return false }
        return others.contains {
            $0.continues == nil && $0.file.relativePath == continues && file.name.time < $0.file.name.time
        }
    }

    /// The line of the journal for a file whose documents are in the index.
    func entry(_ outcome: JournalEntry.Outcome, isKept: Bool) -> JournalEntry {
        var entry = JournalEntry(
            outcome, of: file.relativePath, claim: file.name.text,
            place: file.isCopy
                ? FilePath("inbox").pushing(file.relativePath) : isKept ? FilePath("done").pushing(donePath) : nil,
            status: file.status)
        entry.digest = digest?.hexadecimal
        entry.joinedTo = documentPath == file.relativePath ? nil : documentPath
        return entry
    }
}
