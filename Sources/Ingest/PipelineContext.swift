import Identity
import Indexing
import Logging
package import Platform
import Spool
import Synchronization
import SystemPackage

/// What all stages share.
struct PipelineContext: Sendable {
    let live: LiveOptions
    let spool: Spool
    let model: any PassageEncoding
    let index: IndexWriter
    let files: FilesInFlight
    let emptied: EmptiedFolders
    let permit: BytePermit
    let board: StatusBoard
    private(set) var gate: FaultGate
    let failpoints: Failpoints
    let pulses: PipelinePulses
    let logger: Logger
    /// SHA-256 over all that decides what rows a document gives.
    let pipeline: SHA256Digest

    /// As it is now; SIGHUP may change it between two calls.
    var options: IngestOptions { live.current }

    /// The context of the stage that has this heart.
    func of(_ heart: Heartbeat) -> PipelineContext {
        var context = self
        context.gate.heart = heart
        return context
    }

    /// A file enters the pipeline.
    func enter(_ file: ClaimedFile) {
        files.enter(file.relativePath.bytes)
        board.enter()
    }

    /// A file has left the pipeline, one way or another.
    func leave(_ file: ClaimedFile) {
        files.leave(file.relativePath.bytes)
        board.leave()
        emptied.note(file.relativePath)
    }

    /// What is written of a file that fails.
    func failure(_ ticket: Ticket, _ fault: DocumentFault, stage: String) -> Spool.Failure {
        Spool.Failure(
            path: ticket.file.path, relativePath: ticket.file.relativePath, status: ticket.file.status,
            claim: ticket.file.name, fault: fault, stage: stage, digest: ticket.digest, pipeline: pipeline.hexadecimal)
    }

    /// Moves files to `failed/`; blocks.
    func fail(_ failures: [Spool.Failure]) async throws {
        try await gate.retrying("moving files to failed/") {
            try failpoints.reach(.beforeFailing)
            try spool.fail(failures)
            try failpoints.reach(.afterFailing)
        }
        spool.journal.append(
            failures.map { failure in
                var entry = JournalEntry(
                    .failed, of: failure.relativePath, claim: failure.claim.text,
                    place: FilePath("failed").pushing(failure.relativePath), status: failure.status)
                entry.digest = failure.digest?.hexadecimal
                entry.code = failure.fault.code.rawValue
                entry.summary = failure.fault.summary
                return entry
            })
        for failure in failures {
            logger.warning(
                "failed: \(failure.fault)",
                metadata: [
                    "path": "\(failure.relativePath.displayName)", "claim": "\(failure.claim.text)",
                    "stage": "\(failure.stage)",
                ])
        }
    }
}

/// What the watchdog looks at: each stage says when it goes on and when it has nothing to do.
package struct PipelinePulses: Sendable {
    package let intake = Heartbeat("intake")
    package let commit = Heartbeat("commit")

    package init() {}
}
