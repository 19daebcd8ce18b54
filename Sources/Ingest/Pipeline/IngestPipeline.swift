package import Inbox
package import Logging
import Platform

/// The three stages with what is between them: intake, encoding, commit.
package struct IngestPipeline: Sendable {
    let context: PipelineContext
    let inbox: Inbox
    let isDraining: Bool

    /// - Parameters:
    ///   - isDraining: ends when the inbox is empty.
    ///   - attempts: how often a fault of the system is met before giving up; nil for ever.
    ///   - sleep: waits for the system to recover; tests do not.
    package init(
        live: LiveConfiguration, inbox: Inbox, model: any TextModel, index: IndexWriter, board: StatusBoard,
        isDraining: Bool, attempts: Int? = nil, failpoints: Failpoints = .none, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.inbox = inbox
        self.isDraining = isDraining
        context = PipelineContext(
            live: live, spool: live.current.spool, model: model, index: index, ledger: DocumentLedger(index),
            budget: InFlightBudget(limit: Self.memoryLimit), board: board,
            gate: FaultGate(board: board, logger: logger, attempts: attempts, sleep: sleep), failpoints: failpoints,
            logger: logger, pipeline: model.identity.pipeline)
    }

    /// Bytes of documents in memory between claim and commit.
    private static let memoryLimit = 256 << 20

    private enum Stage: Sendable {
        case intake, encoding, commit, clock
    }

    /// Runs until the inbox stops or is drained and all that was claimed is committed.
    ///
    /// - Throws: what a stage throws; what was claimed and not committed stays in `work/` then.
    package func run() async throws {
        let claimed = Conduit<[WorkItem]>(capacity: 4)
        let encoded = OrderedResults<[EncodedItem]>(window: 16)
        let intakeThread = ThreadPool(name: "intake", threads: 1)
        let commitThread = ThreadPool(name: "commit", threads: 1)
        defer {
            intakeThread.stop()
            commitThread.stop()
        }
        let intake = IntakeStage(context: context, inbox: inbox, output: claimed, isDraining: isDraining)
        let encoding = EncodingStage(context: context, input: claimed, output: encoded)
        let commit = CommitStage(context: context, input: encoded, isInboxIdle: { [inbox] in inbox.isIdle })
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Stage.self) { group in
                group.addTask(executorPreference: intakeThread) {
                    try await intake.run()
                    return .intake
                }
                group.addTask {
                    try await encoding.run()
                    return .encoding
                }
                group.addTask(executorPreference: commitThread) {
                    try await commit.run()
                    return .commit
                }
                group.addTask {
                    while (try? await Task.sleep(for: tick)) != nil { encoded.tick() }
                    return .clock
                }
                do {
                    while let stage = try await group.next() {
                        if stage == .commit { group.cancelAll() }
                    }
                } catch {
                    // The other stages wait for one another: let them go.
                    release(claimed, encoded)
                    group.cancelAll()
                    throw error
                }
            }
        } onCancel: {
            release(claimed, encoded)
        }
    }

    private var tick: Duration {
        max(min(context.configuration.maximumDelay / 4, .milliseconds(250)), .milliseconds(10))
    }

    private func release(_ claimed: Conduit<[WorkItem]>, _ encoded: OrderedResults<[EncodedItem]>) {
        claimed.abandon()
        encoded.finish()
        context.budget.close()
        inbox.stop()
    }
}
