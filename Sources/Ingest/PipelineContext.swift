import Encoding
import Identity
import Indexing
import Logging
package import Platform
import Spool
import Synchronization
import SystemPackage

/// What all stages share, and of whom a stage is part.
struct PipelineContext: Sendable {
    let live: LiveOptions
    let spool: Spool
    let model: any PassageEncoding
    let index: IndexWriter
    let files: FilesInFlight
    /// Shut while something is forgotten.
    let claiming: ClaimGate
    let emptied: EmptiedFolders
    let deferred: DeferredFiles
    let board: StatusBoard
    /// The lane that the stage works for.
    private(set) var lane = Lane.brief
    private(set) var gate: FaultGate
    let failpoints: Failpoints
    let logger: Logger
    /// SHA-256 over all that decides what rows a document gives.
    let pipeline: SHA256Digest

    /// As it is now; SIGHUP may change it between two calls.
    var options: IngestOptions { live.current }

    /// The heart of the stage.
    var heart: Heartbeat { gate.heart }

    /// The shard that the lane fills.
    var shard: OpenShard { index.shard(of: lane) }

    /// The context of the stage of a lane that has this heart.
    func of(_ lane: Lane, _ heart: Heartbeat) -> PipelineContext {
        var context = self
        context.lane = lane
        context.gate.heart = heart
        return context
    }

    /// A file enters the pipeline in a lane, or in the bulk lane behind an earlier version there; returns which.
    @discardableResult
    func enter(_ file: ClaimedFile, _ lane: Lane) -> Lane {
        board.enter()
        return files.enter(file.relativePath.bytes, lane, claimed: file.name.time)
    }

    /// A file has left the pipeline, one way or another.
    func leave(_ ticket: Ticket) {
        if let joined = ticket.joined { files.leaveJoined(joined.bytes, lane) }
        files.leave(ticket.file.relativePath.bytes, lane)
        board.leave()
        emptied.note(ticket.file.relativePath)
    }

    /// A file of more bytes than this goes to the bulk lane: some four seconds of encoding on one slow core.
    static let briefBytes = 64 << 10
    /// The same of a packed file, whose size says less.
    static let briefPackedBytes = 16 << 10

    /// Whether a file of so many bytes is too large for the lane.
    ///
    /// Before there is an index there is one lane only, because all its text serves to make the ranges.
    func isTooLarge(_ bytes: Int) -> Bool { lane == .brief && bytes > Self.briefBytes && index.hasIndex }

    /// Waits in the bulk lane until no version of a path is in flight in the other one, which waits for nobody.
    ///
    /// - Throws: `FaultGate.Stopped` when the daemon is to stop meanwhile.
    func waitForBrief(_ path: FilePath) async throws {
        while files.isBrief(path.bytes) {
            heart.beat()
            await board.stopping.sleep(for: .milliseconds(20))
            if board.isStopping { throw FaultGate.Stopped() }
        }
    }

    /// Waits until a person lets the daemon go on.
    ///
    /// - Throws: `FaultGate.Stopped` when the daemon is to stop meanwhile, and in a run that ends with the inbox, which
    ///   does not wait for people.
    func waitWhileHeld(isDraining: Bool) async throws {
        guard board.isHeld else { return }
        if isDraining { throw FaultGate.Stopped() }
        heart.rest()
        while board.isHeld, !board.isStopping { await board.stopping.sleep(for: .milliseconds(100)) }
        if board.isStopping { throw FaultGate.Stopped() }
        heart.beat()
    }

    /// The key of a document's rows: equal keys mean equal rows.
    func key(of identifier: DocumentIdentifier, content: SHA256Digest) -> SHA256Digest {
        var hasher = SHA256Digest.Hasher()
        var length: [UInt8] = []
        length.append(littleEndian: UInt64(identifier.bytes.count))
        hasher.update(length.rawSpan)
        hasher.update(identifier.bytes.rawSpan)
        hasher.update(content.bytes.rawSpan)
        hasher.update(pipeline.bytes.rawSpan)
        return hasher.finish()
    }

    /// Something has happened to a file in progress; the time is that since the start.
    func progress(_ change: (inout WorkProgress, Duration) -> Void) { board.progress(lane, change) }

    /// What is written of a file that fails.
    func failure(_ ticket: Ticket, _ fault: DocumentFault, stage: String) -> Spool.Failure {
        Spool.Failure(
            path: ticket.file.path, relativePath: ticket.file.relativePath, status: ticket.file.status,
            claim: ticket.file.name, fault: fault, stage: stage, digest: ticket.digest, pipeline: pipeline.hexadecimal)
    }

    /// Moves files to `failed/`; blocks.
    ///
    /// - Parameters:
    ///   - failures: the files.
    ///   - isStillDue: asked before each attempt, since the system may have been waited for.
    /// - Returns: whether they were moved; false when they are not due any more.
    /// - Throws: `FaultGate.Stopped`.
    func fail(_ failures: [Spool.Failure], while isStillDue: () -> Bool) async throws -> Bool {
        guard !failures.isEmpty else { return true }
        let isMoved = try await gate.retrying("moving files to failed/") {
            guard isStillDue() else { return false }
            try failpoints.reach(.beforeFailing)
            try spool.fail(failures, heart: heart)
            try failpoints.reach(.afterFailing)
            return true
        }
        guard isMoved else { return false }
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
            board.noteFailure(failure.relativePath, of: failure.status.owner, "\(failure.fault)")
            logger.warning(
                "failed: \(failure.fault)",
                metadata: [
                    "path": "\(failure.relativePath.displayName)", "claim": "\(failure.claim.text)",
                    "stage": "\(failure.stage)", "code": "\(failure.fault.code.rawValue)",
                    LoggedEvent.key: "\(LoggedEvent.fileFailed)",
                ])
        }
        return true
    }
}

/// What the watchdog looks at: each stage says when it goes on and when it has nothing to do.
package struct PipelinePulses: Sendable {
    package let intake = Heartbeat("intake")
    package let commit = Heartbeat("commit")
    package let bulkIntake = Heartbeat("intake of large files")
    package let bulkCommit = Heartbeat("commit of large files")

    package init() {}

    /// All of them.
    package var hearts: [Heartbeat] { [intake, commit, bulkIntake, bulkCommit] }

    func commit(of lane: Lane) -> Heartbeat { lane == .brief ? commit : bulkCommit }
}
