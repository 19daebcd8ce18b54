import Documents
import Encoding
import Identity
import Inbox
import Indexing
import Logging
import Platform
import Spool
import Synchronization
import SystemPackage

/// The first stage: claims ready files, and reads, decodes and cuts them, one after another in the order of their names.
///
/// Large files it leaves to `BulkIntake`. One thread does the rest: cutting is some fifty times faster than encoding, and one
/// thread keeps the order by itself.
struct IntakeStage {
    /// Files taken from the inbox at a time.
    private static let batchFiles = 128

    let context: PipelineContext
    let inbox: Inbox
    /// What an earlier run left in `work/`, oldest first.
    let leftovers: [ClaimedFile]
    let output: PieceSender
    let bulk: BulkQueue
    /// Ends when nothing is left to be expected, instead of waiting for the next drop.
    let isDraining: Bool
    private let refused = Refusals()

    init(
        context: PipelineContext, inbox: Inbox, leftovers: [ClaimedFile], output: PieceSender, bulk: BulkQueue,
        isDraining: Bool
    ) {
        self.context = context
        self.inbox = inbox
        self.leftovers = leftovers
        self.output = output
        self.bulk = bulk
        self.isDraining = isDraining
    }

    /// Takes over what an earlier run left in `work/`, then what the inbox gives, until it stops or is drained.
    func run() async throws {
        defer {
            context.heart.rest()
            output.finish()
            bulk.finish()
        }
        let attempts = AttemptRecord(context.spool, .brief)
        do {
            try await run(attempts)
        } catch {
            // Whoever asked to stop, or another stage, is the cause: the file that is open has crashed nothing.
            if error is FaultGate.Stopped || error is CancellationError { attempts.clear() }
            throw error
        }
    }

    private func run(_ attempts: AttemptRecord) async throws {
        // Before anything is put away: what was being forgotten does not go to done/.
        try await context.gate.retrying("forgetting documents") { try context.forgetting.resume() }
        let waiting = try await recover()
        context.board.note { $0.isRecovered = true }
        try await takeOver(waiting, attempts)
        context.files.endClaim()
        while true {
            context.heart.rest()
            attempts.clear()
            let delivery = await inbox.next(atMost: Self.batchFiles, orIdle: isDraining)
            context.heart.beat()
            switch delivery {
            case .stopped: return
            case .idle:
                // Nobody knows what else there is.
                guard inbox.report.refusal == nil else {
                    try await waitForTheInbox()
                    continue
                }
                context.board.note { $0.isDrained = true }
                return
            case .files(let files): try await take(files, attempts)
            }
        }
    }

    /// Waits until the inbox can be looked through: it tries by itself.
    private func waitForTheInbox() async throws {
        try await context.gate.retrying("looking through the inbox") {
            if let refusal = inbox.report.refusal { throw refusal }
        }
    }

    private func take(_ files: [ReadyFile], _ attempts: AttemptRecord) async throws {
        var intake = FileIntake(context: context, output: output)
        var answers: [InboxStateMachine.Event] = []
        for (position, file) in files.enumerated() {
            // They stay in the inbox; the next start finds them.
            if context.board.isStopping { break }
            if context.board.isHeld {
                tell(&answers)
                try await waitWhileHeld(&intake, attempts)
            }
            context.heart.beat()
            context.files.beginClaim()
            defer { context.files.endClaim() }
            answers.append(try await take(file, &intake, attempts))
            // The inbox hears of it now and then, so that its table does not fill up.
            if position % 32 == 31 { tell(&answers) }
        }
        tell(&answers)
        try await intake.flush()
    }

    /// Tells the inbox what has become of its files.
    private func tell(_ answers: inout [InboxStateMachine.Event]) {
        inbox.answer(answers)
        context.board.answer()
        answers = []
    }

    /// Waits until a person lets the daemon go on; what is in work is finished and committed meanwhile.
    ///
    /// - Throws: `FaultGate.Stopped` when the daemon is to stop meanwhile, and in a run that ends with the inbox, which
    ///   does not wait for people.
    func waitWhileHeld(_ intake: inout FileIntake, _ attempts: AttemptRecord) async throws {
        guard context.board.isHeld else { return }
        try await intake.flush()
        attempts.clear()
        // Without an index its ranges would be made from the little text that there is.
        if context.index.hasIndex { context.files.hold(true) }
        defer { context.files.hold(false) }
        try await context.waitWhileHeld(isDraining: isDraining)
    }

    private func take(
        _ file: ReadyFile, _ intake: inout FileIntake, _ attempts: AttemptRecord
    ) async throws -> InboxStateMachine.Event {
        // It would wait in memory; the inbox offers it again.
        if lane(of: file.path, bytes: file.status.size) == .bulk, !bulk.hasRoom { return .changed(file.path) }
        // An order that waits may mean it or not, which is told by when it came to lie there.
        try await waitForWishes()
        if context.board.forgets.holds(file.path) { return .changed(file.path) }
        let outcome = try await context.gate.retrying("claiming a file") {
            try context.failpoints.reach(.beforeClaim)
            do throws(PlatformError) {
                // An order takes as long as it has documents.
                context.heart.rest()
                defer { context.heart.beat() }
                return try context.claiming.alone { () throws(PlatformError) in
                    context.heart.beat()
                    return ClaimBox(
                        try context.spool.claim(
                            file, limit: context.options.maximumFileBytes, isHeld: { mayBeForgotten(file) }
                        ) {
                            context.heart.beat()
                            return !context.board.isStopping
                        })
                }
            } catch {
                // One file that stays closed for a reason of its own, such as a bad sector, stops nobody else.
                guard error.code == .system, !error.isShortage, error.path != context.spool.work.path else {
                    throw error
                }
                return ClaimBox(refused.isGivenUp(file.path) ? .blocked("it cannot be taken: \(error)") : .changed)
            }
        }
        switch outcome.take() {
        case .claimed(let claimed, let descriptor):
            try context.failpoints.reach(.afterClaim)
            refused.forget(file.path)
            context.board.claim()
            try await process(claimed, descriptor, &intake, attempts)
            return .taken(file.path)
        case .copied(let claimed, let descriptor, let reason):
            try context.failpoints.reach(.afterClaim)
            refused.forget(file.path)
            context.board.claim()
            try await process(claimed, descriptor, &intake, attempts)
            return .copied(file.path, reason)
        case .leftInPlace(let reason): return .copied(file.path, reason)
        case .unconfirmed(let claimed):
            try context.failpoints.reach(.afterClaim)
            let status = try await context.gate.retrying("looking at a claimed file") {
                try context.spool.work.statusIfPresent(claimed.path)
            }
            guard let status else { return .taken(file.path) }
            context.board.claim()
            try await process(claimed.with(status), nil, &intake, attempts)
            return .taken(file.path)
        case .busy: return .busy(file.path)
        case .unfilled: return .unfilled(file.path)
        case .changed: return .changed(file.path)
        case .vanished:
            refused.forget(file.path)
            return .taken(file.path)
        case .blocked(let reason): return .blocked(file.path, reason)
        }
    }

    /// Waits until it is known which files people want to be forgotten.
    private func waitForWishes() async throws {
        let began = ContinuousClock.now
        var isTold = false
        while context.board.forgets.unread.mayLie(in: context.spool.requests), !context.board.isStopping {
            context.heart.beat()
            await context.board.stopping.sleep(for: .milliseconds(10))
            guard !isTold, began.duration(to: .now) > .seconds(3) else { continue }
            isTold = true
            context.board.pause(context.heart.name, "a request to forget, which cannot be read yet")
        }
        if isTold { context.board.resume(context.heart.name) }
    }

    /// Whether somebody may want a file to be forgotten that lies in the inbox.
    private func mayBeForgotten(_ file: ReadyFile) -> Bool {
        context.board.forgets.unread.mayLie(in: context.spool.requests)
            || context.board.forgets.holds(file.path)
    }

    // MARK: - Lanes

    /// The lane for a file: the bulk lane behind an earlier version there, else by its size.
    func lane(of path: FilePath, bytes: Int) -> Lane {
        if context.files.lane(of: path.bytes) == .bulk { return .bulk }
        let isPacked = path.lastComponent.map(DocumentFormat.isCompressed) ?? false
        let limit = isPacked ? PipelineContext.briefPackedBytes : PipelineContext.briefBytes
        return bytes > limit && context.index.hasIndex ? .bulk : .brief
    }

    /// Takes a claimed file through, or leaves it to the bulk lane.
    private func process(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, _ intake: inout FileIntake,
        _ attempts: AttemptRecord
    ) async throws {
        // Before it is looked for versions that wait: one that is taken up or put off meanwhile meets this one.
        let lane = context.enter(file, lane(of: file.relativePath, bytes: file.status.size))
        for older in context.deferred.supersede(file.relativePath) {
            try await context.putAway(older, isNewest: false)
            context.spool.removeFolders(of: [older])
        }
        guard lane == .brief else {
            // It is read later: until then no version of the file that it continues may overtake it.
            let continued = context.continuation(file)?.path
            if let continued, continued != file.relativePath { _ = context.files.join(continued.bytes, .bulk) }
            return bulk.add(BulkQueue.Entry(file, joined: continued == file.relativePath ? nil : continued))
        }
        attempts.begin(file.name)
        do {
            try await intake.process(file, descriptor)
        } catch let rerouted as FileIntake.Rerouted {
            context.files.moveToBulk(file.relativePath.bytes)
            bulk.add(BulkQueue.Entry(file, joined: rerouted.joined))
        }
    }

    /// Takes a file of an earlier run through in the lane that it belongs to.
    func process(_ file: ClaimedFile, _ intake: inout FileIntake, _ attempts: AttemptRecord) async throws {
        try await process(file, nil, &intake, attempts)
    }
}

/// Carries a claim, which cannot be copied, out of a closure.
private final class ClaimBox {
    private var outcome: Spool.ClaimOutcome?

    init(_ outcome: consuming Spool.ClaimOutcome) {
        self.outcome = consume outcome
    }

    func take() -> Spool.ClaimOutcome {
        let taken = outcome.take()
        return taken ?? .vanished
    }
}

/// How often the system has refused to hand over files for reasons that concern them alone; of the intake's thread.
///
/// A name that is not refused again is forgotten in time, because nobody reports that it vanished: when there are many
/// newer names, the older half is dropped.
private final class Refusals: Sendable {
    private struct Counts {
        var newer: [FilePath: Int] = [:]
        var older: [FilePath: Int] = [:]
    }

    private let counts = Mutex(Counts())
    /// So often a file is tried while it comes back after its settle time.
    private static let limit = 8
    /// The names of each half.
    private static let capacity = 512

    /// Counts one more refusal.
    ///
    /// - Returns: whether the file is not tried again before it changes or the inbox is looked through.
    func isGivenUp(_ path: FilePath) -> Bool {
        counts.withLock { counts in
            let count = (counts.newer[path] ?? counts.older[path] ?? 0) + 1
            counts.older[path] = nil
            guard count < Self.limit else {
                counts.newer[path] = nil
                return true
            }
            if counts.newer.count >= Self.capacity {
                counts.older = counts.newer
                counts.newer = [:]
            }
            counts.newer[path] = count
            return false
        }
    }

    /// The file was handed over, or is gone.
    func forget(_ path: FilePath) {
        counts.withLock { counts in
            counts.newer[path] = nil
            counts.older[path] = nil
        }
    }
}
