import Encoding
import Identity
package import Inbox
package import Indexing
package import Logging
import Platform
package import Spool

/// The three stages with what is between them: intake, encoding, commit.
///
/// One weighted permit bounds what is in flight between the first and the last; what waits for its commit is bounded by the
/// open shard.
package struct IngestPipeline: Sendable {
    let context: PipelineContext
    let inbox: Inbox
    let isDraining: Bool
    let leftovers: [ClaimedFile]

    /// Makes a pipeline for the files in the inbox and the `leftovers` in `work/`.
    ///
    /// With `isDraining` it ends when the inbox is empty. `patience` is how long it waits for a fault of the system to
    /// pass; nil means forever. `sleep` waits for the system to recover; tests replace it.
    package init(
        live: LiveOptions, spool: Spool, leftovers: [ClaimedFile], inbox: Inbox, model: any PassageEncoding,
        index: IndexWriter, board: StatusBoard, isDraining: Bool, patience: Duration? = nil,
        failpoints: Failpoints = .none, pulses: PipelinePulses = PipelinePulses(), logger: Logger,
        sleep: (@Sendable (Duration) async throws -> Void)? = nil
    ) {
        self.inbox = inbox
        self.isDraining = isDraining
        self.leftovers = leftovers
        let gate = FaultGate(
            board: board, logger: logger, heart: pulses.intake, patience: patience,
            sleep: sleep ?? { [stopping = board.stopping] in await stopping.sleep(for: $0) })
        context = PipelineContext(
            live: live, spool: spool, model: model, index: index, files: board.files, emptied: EmptiedFolders(spool),
            permit: BytePermit(limit: Self.bytesInFlight), board: board, gate: gate, failpoints: failpoints,
            pulses: pulses, logger: logger, pipeline: model.identity.pipeline(model.passageRules))
    }

    /// Bytes between claim and shard: some thirty pieces, enough to keep the workers of any machine busy.
    private static let bytesInFlight = 4 << 20
    /// How often the clock is looked at.
    private static let tick = Duration.milliseconds(100)

    private enum Stage: Sendable {
        case intake, encoding, commit, clock
    }

    /// Runs until the inbox stops or is drained and all that was claimed is committed, or until the daemon is to stop.
    ///
    /// - Throws: what a stage throws; what was claimed and not committed stays in `work/` then.
    package func run() async throws {
        let encoding = OrderedEncoding<Piece, EncodedPiece>()
        let intakeThread = ThreadPool(name: "intake", threads: 1)
        let commitThread = ThreadPool(name: "commit", threads: 1)
        let intake = IntakeStage(
            context: context.of(context.pulses.intake), inbox: inbox, leftovers: leftovers,
            output: PieceSender(permit: context.permit, encoding: encoding), isDraining: isDraining)
        let encoder = EncodingStage(context: context, encoding: encoding)
        let tick = max(min(context.options.maximumDelay / 4, Self.tick), .milliseconds(10))
        do {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Stage.self) { group in
                    group.addTask(executorPreference: intakeThread) {
                        // Whoever stops in the middle has left the rest in work/ and in the inbox.
                        do { try await intake.run() } catch is FaultGate.Stopped {}
                        return .intake
                    }
                    group.addTask {
                        try await encoder.run()
                        return .encoding
                    }
                    group.addTask(executorPreference: commitThread) { [context, inbox, isDraining] in
                        var commit = CommitStage(
                            context: context.of(context.pulses.commit), input: encoding, isDraining: isDraining,
                            isInboxIdle: { inbox.isIdle })
                        do { try await commit.run() } catch is FaultGate.Stopped {}
                        return .commit
                    }
                    group.addTask {
                        while (try? await Task.sleep(for: tick)) != nil { encoding.tick() }
                        return .clock
                    }
                    do {
                        while let stage = try await group.next() {
                            guard stage == .commit else { continue }
                            // The other stages may wait for room that nobody will make any more.
                            release(encoding)
                            group.cancelAll()
                        }
                    } catch {
                        release(encoding)
                        group.cancelAll()
                        throw error
                    }
                }
            } onCancel: {
                release(encoding)
            }
        } catch {
            await intakeThread.finish()
            await commitThread.finish()
            throw error
        }
        await intakeThread.finish()
        await commitThread.finish()
    }

    private func release(_ encoding: OrderedEncoding<Piece, EncodedPiece>) {
        encoding.stop()
        context.permit.close()
        context.files.close()
        inbox.stop()
    }
}
