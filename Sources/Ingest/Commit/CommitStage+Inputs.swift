import Documents
import Identity
import Logging
import Platform
import Spool
import SystemPackage

/// What has to be safe on the disk before a commit says that files are indexed.
extension CommitStage {
    /// Makes the inputs survive a power cut: from now on the index says that they are in `done/`.
    func makeDurable(_ files: [ClaimedFile]) async throws {
        guard !files.isEmpty else { return }
        try await context.gate.retrying("writing the inputs to the disk") {
            try context.failpoints.reach(.beforeSynchronize)
            guard files.count <= 16 else { return try context.spool.work.synchronizeFileSystem() }
            for file in files {
                do throws(PlatformError) {
                    try context.spool.work.open(file.path, OpenFlags.document).synchronize()
                } catch {
                    // Somebody may have removed it: then there is nothing to keep.
                    if error.isAbsence { continue }
                    // Its owner may have closed it to us meanwhile.
                    guard error.isOthersDoing else { throw error }
                    return try context.spool.work.synchronizeFileSystem()
                }
            }
            // Their names too: not every file system keeps the name of a file that was synchronized.
            for folder in Set(files.map { $0.path.removingLastComponent() }) {
                do throws(PlatformError) {
                    try context.spool.work.synchronize(folder)
                } catch {
                    guard error.isAbsence else { throw error }
                }
            }
        }
    }

    /// Writes down which lines of a file could not be taken.
    func keepBadLines(_ ticket: Ticket) async throws {
        guard ticket.fault == nil, !ticket.isRefusedWhole else { return }
        var faults = ticket.badLines
        faults.append(ticket.refused)
        guard let first = faults.first.first else { return }
        let fault = DocumentFault(
            first.code,
            "\(faults.count) of \(faults.count + ticket.goodCount) lines failed, the others are indexed, and documents of an earlier "
                + "version stay; the first: \(first.summary)",
            hint: first.hint, byteOffset: first.byteOffset, line: first.line)
        var failure = context.failure(ticket, fault, stage: "decode")
        failure.relativePath = ticket.documentPath
        try await context.gate.retrying("keeping bad lines") {
            try context.spool.fail(failure, faults, lines: ticket.badLinesFile)
        }
        context.board.note { $0.failedLines += faults.count }
        context.board.noteFailure(ticket.file.relativePath, of: ticket.file.status.owner, fault.summary)
        context.logger.warning(
            "\(fault.summary)",
            metadata: [
                "path": "\(ticket.file.relativePath.displayName)", LoggedEvent.key: "\(LoggedEvent.linesFailed)",
            ])
    }

    /// Takes away what tells of earlier failures of a file that is indexed now.
    func clearFailures(_ ticket: Ticket, day: String) async throws {
        let hasBadLines = ticket.badLines.count + ticket.refused.count > 0
        for path in Set([ticket.file.relativePath, ticket.documentPath]) {
            try await context.gate.retrying("clearing an earlier failure") {
                try context.spool.clearFailures(of: path, upTo: ticket.file.name, keepsLines: hasBadLines, day: day)
            }
        }
    }
}
