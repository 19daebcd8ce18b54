import Encoding
import Identity
import Indexing
import Logging
import Platform
import Shards
import Spool
import SystemPackage

/// Forgetting between two commits, when nothing is on its way to `done/`.
extension CommitStage {
    /// Carries out what people have asked for.
    ///
    /// One lane does it for both: their commits follow one another, so nothing of the other one is on its way then.
    func forget() async throws {
        guard context.lane == .brief else { return }
        while let waiting = context.board.forgets.first {
            let (number, order) = (waiting.number, waiting.order)
            context.heart.beat()
            do {
                let outcome = try await context.gate.retrying("forgetting documents") {
                    try context.forgetting.carryOut(order) { waiting.refusal }
                }
                for document in order.documents {
                    if document.item == nil, let path = FilePath(bytes: document.bytes) { context.emptied.note(path) }
                }
                noteIndex()
                context.logger.notice(
                    "forgotten",
                    metadata: ["documents": "\(outcome.documents)", "passages": "\(outcome.passages)"])
                context.board.forgets.finish(number, .success(outcome))
            } catch let error as IngestError where error.code == .refused {
                context.logger.notice("documents are not forgotten: \(error)")
                context.board.forgets.finish(number, .failure(error))
            } catch let error as ShardsError {
                refuse(number, error)
            } catch let error as PlatformError {
                refuse(number, error)
            }
        }
    }

    private func refuse(_ number: Int, _ error: any Error) {
        context.logger.error("documents cannot be forgotten: \(error)")
        context.board.forgets.finish(number, .failure(IngestError(.refused, "\(error)", cause: error)))
    }

    /// Puts the files away whose documents were forgotten while they were in work.
    ///
    /// - Returns: the others.
    func withoutForgotten(_ tickets: [Ticket]) async throws -> [Ticket] {
        var others: [Ticket] = []
        for ticket in tickets where try await !putAwayForgotten(ticket) { others.append(ticket) }
        return others
    }

    /// Puts a file away whose documents were forgotten while it was in work; returns whether they were.
    func putAwayForgotten(_ ticket: Ticket) async throws -> Bool {
        guard let record = context.forgotten(ticket.file, as: ticket.documentPath) else { return false }
        try await context.putAway(ticket.file, of: record)
        context.leave(ticket)
        context.board.note { $0.doneFiles += 1 }
        context.spool.removeFolders(of: [ticket.file])
        return true
    }
}

extension PipelineContext {
    /// What forgets.
    var forgetting: Forgetting {
        Forgetting(spool, index, ignore: options.ignore, gate: claiming) { [heart] in heart.beat() }
    }

    /// The record of a claimed file that was forgotten since; nil for any other.
    ///
    /// Mended lines of a file have its path in their documents, instead of their own.
    func forgotten(_ file: ClaimedFile, as path: FilePath? = nil) -> ForgottenDocument? {
        index.forgotten(DocumentIdentifier(path: (path ?? file.relativePath).bytes), claim: file.name)
    }

    /// Moves a claimed file of a forgotten document to `replaced/`, or removes it.
    func putAway(_ file: ClaimedFile, of record: ForgottenDocument) async throws {
        let isKept = options.keepsDone && !record.isDeleted
        let day = RealTime.now.day
        try await gate.retrying("moving a forgotten file away") {
            try spool.retireOlder(file, keeping: isKept, day: day)
        }
        if file.isCopy { spool.left.end(file.relativePath) }
        let place = isKept ? FilePath("replaced").appending(day).pushing(file.relativePath) : nil
        spool.journal.append([
            JournalEntry(forgotten: file.relativePath, claim: file.name.text, place: place, status: file.status)
        ])
    }
}
