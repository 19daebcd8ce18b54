import Encoding
import Identity
package import Inbox
package import Indexing
package import Logging
import Platform
package import Spool

/// The three stages with what is between them, once for each lane: intake, encoding, commit.
///
/// Small files go through the brief lane and large ones through the bulk lane, so that nobody waits for another's novel.
/// In each a weighted permit bounds what is in flight between the first stage and the last; what waits for its commit is
/// bounded by the open shard.
package struct IngestPipeline: Sendable {
    let context: PipelineContext
    let inbox: Inbox
    let isDraining: Bool
    let leftovers: [ClaimedFile]
    private let pulses: PipelinePulses

    /// Makes a pipeline for the files in the inbox and the `leftovers` in `work/`.
    ///
    /// With `isDraining` it ends when the inbox is empty. `patience` is how long it waits for a fault of the system to
    /// pass; nil means forever. `delays` are the waits between two tries to read a file. `sleep` waits for the system to recover; tests replace it.
    package init(
        live: LiveOptions, spool: Spool, leftovers: [ClaimedFile], inbox: Inbox, model: any PassageEncoding,
        index: IndexWriter, board: StatusBoard, isDraining: Bool, patience: Duration? = nil,
        failpoints: Failpoints = .none, delays: [Duration] = DeferredFiles.delays,
        pulses: PipelinePulses = PipelinePulses(), logger: Logger,
        sleep: (@Sendable (Duration) async throws -> Void)? = nil
    ) {
        self.inbox = inbox
        self.isDraining = isDraining
        self.leftovers = leftovers
        self.pulses = pulses
        let indexFolder = live.current.indexing.indexDirectory
        // One of which everything was forgotten has generations behind it.
        let isNew = index.summary.map { $0.documents == 0 && $0.generation <= 1 } ?? true
        do throws(PlatformError) {
            try spool.left.begin(index: indexFolder, isNew: isNew)
        } catch {
            logger.warning("files that stay in the inbox may be looked at again: \(error)")
        }
        let gate = FaultGate(
            board: board, logger: logger, heart: pulses.intake, patience: patience,
            sleep: sleep ?? { [stopping = board.stopping] in await stopping.sleep(for: $0) })
        context = PipelineContext(
            live: live, spool: spool, model: model, index: index, files: board.files,
            claiming: ClaimGate(), emptied: EmptiedFolders(spool),
            deferred: board.deferred(isDraining ? [] : delays),
            board: board, gate: gate, failpoints: failpoints, logger: logger,
            pipeline: model.identity.pipeline(model.passageRules))
    }

    /// Bytes between claim and shard: some thirty pieces, enough to keep the workers of any machine busy.
    private static let bytesInFlight = 4 << 20
    /// How often it is looked for files that are to be tried again, and for orders to forget that could not be carried out at once.
    private static let glance = Duration.seconds(2)

    private enum Stage: Sendable {
        case intake, encoding, commit, clock
    }

    /// What belongs to one lane: the way from its reader to its commits, and the bound on what is on that way.
    private struct LaneWay: Sendable {
        let lane: Lane
        let encoding = OrderedEncoding<Piece, EncodedPiece>()
        let permit = BytePermit(limit: IngestPipeline.bytesInFlight)

        var output: PieceSender { PieceSender(permit: permit, encoding: encoding) }

        func stop() {
            encoding.stop()
            permit.close()
        }
    }

    /// Runs until the inbox stops or is drained and all that was claimed is committed, or until the daemon is to stop.
    ///
    /// - Throws: what a stage throws; what was claimed and not committed stays in `work/` then.
    package func run() async throws {
        let ways = [LaneWay(lane: .brief), LaneWay(lane: .bulk)]
        let bulk = BulkQueue()
        let threads = [Lane.brief, .bulk].map { _ in ThreadPool(name: "intake", threads: 1) }
        let commitThread = ThreadPool(name: "commit", threads: 1)
        let intake = IntakeStage(
            context: context.of(.brief, pulses.intake), inbox: inbox, leftovers: leftovers,
            output: ways[0].output,
            bulk: bulk, isDraining: isDraining)
        let bulkIntake = BulkIntake(
            context: context.of(.bulk, pulses.bulkIntake), queue: bulk, output: ways[1].output, isDraining: isDraining)
        let result: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Stage.self) { group in
                    // Whoever stops in the middle has left the rest in work/ and in the inbox.
                    group.addTask(executorPreference: threads[0]) {
                        do { try await intake.run() } catch is FaultGate.Stopped {}
                        return .intake
                    }
                    group.addTask(executorPreference: threads[1]) {
                        do { try await bulkIntake.run() } catch is FaultGate.Stopped {}
                        return .intake
                    }
                    for way in ways { add(way, to: &group, commitThread) }
                    context.board.forgets.attend { ways[0].encoding.tick() }
                    group.addTask {
                        while (try? await Task.sleep(for: Self.glance)) != nil {
                            takeUpDeferred(bulk)
                            if context.board.forgets.first != nil { ways[0].encoding.tick() }
                        }
                        return .clock
                    }
                    var open = ways.count
                    do {
                        while let stage = try await group.next() {
                            guard stage == .commit else { continue }
                            open -= 1
                            guard open == 0 else { continue }
                            // The other stages may wait for room that nobody will make any more.
                            release(ways, bulk)
                            group.cancelAll()
                        }
                    } catch {
                        release(ways, bulk)
                        group.cancelAll()
                        throw error
                    }
                }
            } onCancel: {
                release(ways, bulk)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for thread in threads + [commitThread] { await thread.finish() }
        try result.get()
    }

    /// Gives the bulk lane the files whose next try is due.
    private func takeUpDeferred(_ bulk: BulkQueue) {
        guard context.index.hasIndex, !context.board.isHeld else { return }
        context.deferred.takeDue { entry in
            let file = entry.file
            guard context.files.enterIfFree(file.relativePath.bytes, claimed: file.name.time) else { return false }
            bulk.add(BulkQueue.Entry(entry))
            return true
        }
    }

    /// Adds the stages of a lane that follow its intake.
    private func add(_ way: LaneWay, to group: inout ThrowingTaskGroup<Stage, any Error>, _ thread: ThreadPool) {
        let commitContext = context.of(way.lane, pulses.commit(of: way.lane))
        group.addTask {
            try await EncodingStage(context: commitContext, encoding: way.encoding).run()
            return .encoding
        }
        group.addTask(executorPreference: thread) { [inbox, isDraining] in
            var commit = CommitStage(
                context: commitContext, input: way.encoding, permit: way.permit, isDraining: isDraining,
                isInboxIdle: { inbox.isIdle })
            do { try await commit.run() } catch is FaultGate.Stopped {}
            return .commit
        }
    }

    private func release(_ ways: [LaneWay], _ bulk: BulkQueue) {
        for way in ways { way.stop() }
        bulk.finish()
        context.files.close()
        inbox.stop()
    }
}
