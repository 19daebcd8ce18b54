import Encoding
import Inbox
import Logging
import Platform
import Shards
import Synchronization

/// What all stages share.
struct PipelineContext: Sendable {
    let live: LiveConfiguration
    let spool: SpoolDirectory
    let model: any TextModel
    let index: IndexWriter
    let ledger: DocumentLedger
    let budget: InFlightBudget
    let board: StatusBoard
    let gate: FaultGate
    let failpoints: Failpoints
    let logger: Logger
    /// SHA-256 over all that decides what rows a document gives.
    let pipeline: SHA256Digest

    /// As it is now; SIGHUP may change it between two calls.
    var configuration: IngestConfiguration { live.current }

    /// A file has left the pipeline, one way or another.
    func leave(_ file: ClaimedFile) {
        ledger.leave(file.relativePath.bytes)
        board.leave()
    }

    /// Moves a claimed file to `failed/`; blocks.
    func fail(_ file: ClaimedFile, _ fault: DocumentFault, stage: String, digest: SHA256Digest?) async throws {
        let failure = SpoolDirectory.Failure(
            path: file.path, relativePath: file.relativePath, status: file.status, claim: file.name, fault: fault,
            stage: stage, digest: digest, pipeline: pipeline.hexadecimal)
        try await gate.retrying("moving a file to failed/") {
            try failpoints.reach(.beforeFailing)
            try spool.fail(failure)
            try failpoints.reach(.afterFailing)
        }
        board.note { $0.failedFiles += 1 }
        logger.warning(
            "failed: \(fault)",
            metadata: ["path": "\(file.relativePath.displayName)", "claim": "\(file.name.text)", "stage": "\(stage)"])
    }
}
