import Encoding
import Platform
import Spool
import SystemPackage

/// Reads the large files, one after another, beside the intake of the small ones.
///
/// A note must not wait for the novel that was dropped before it. Which file is large the intake decides when it claims it.
struct BulkIntake {
    let context: PipelineContext
    let queue: BulkQueue
    let output: PieceSender
    /// Ends when a person pauses the daemon, instead of waiting.
    let isDraining: Bool

    /// Takes what the queue gives, until nothing more comes or the daemon is to stop.
    ///
    /// - Throws: `FaultGate.Stopped` and `CancellationError` on the way out; what is left stays in `work/` then.
    func run() async throws {
        defer {
            context.heart.rest()
            output.finish()
        }
        var intake = FileIntake(context: context, output: output)
        var record: AttemptRecord?
        while let entry = await queue.next() {
            try await context.waitWhileHeld(isDraining: isDraining)
            if context.board.isStopping { return }
            context.heart.beat()
            // Not before the first file: the intake has looked at the record by then.
            let attempts = record ?? AttemptRecord(context.spool, .bulk)
            record = attempts
            do {
                try await take(entry, &intake, attempts)
                // The commit may wait for this file alone.
                try await intake.flush()
            } catch {
                if error is FaultGate.Stopped || error is CancellationError { attempts.clear() }
                throw error
            }
            attempts.clear()
            context.heart.rest()
        }
    }

    private func take(_ entry: BulkQueue.Entry, _ intake: inout FileIntake, _ attempts: AttemptRecord) async throws {
        if let fault = entry.fault { return try await intake.refuse(entry.file, fault) }
        try await context.waitForBrief(entry.file.relativePath)
        if let joined = entry.joined { try await context.waitForBrief(joined) }
        attempts.begin(entry.file.name, attempt: entry.attempt)
        try await intake.process(entry.file, nil, joined: entry.joined, tries: entry.tries)
    }
}
