import Documents
import Identity
import Inbox
import Indexing
import Logging
import Platform
import Spool
import Synchronization
import SystemPackage

/// The first stage: claims ready files, reads, decodes and cuts them, one after another in the order of their names.
///
/// One thread does it all. Cutting is some fifty times faster than encoding, and one thread keeps the order by itself.
struct IntakeStage {
    /// Files taken from the inbox at a time.
    private static let batchFiles = 128
    /// Crashes on one file after which it is held to be their cause.
    private static let poisonousAttempts = 3

    let context: PipelineContext
    let inbox: Inbox
    /// What an earlier run left in `work/`, oldest first.
    let leftovers: [ClaimedFile]
    let output: PieceSender
    /// Ends when nothing is left to be expected, instead of waiting for the next drop.
    let isDraining: Bool
    private let refused = Refusals()

    init(
        context: PipelineContext, inbox: Inbox, leftovers: [ClaimedFile], output: PieceSender, isDraining: Bool
    ) {
        self.context = context
        self.inbox = inbox
        self.leftovers = leftovers
        self.output = output
        self.isDraining = isDraining
    }

    /// Takes over what an earlier run left in `work/`, then what the inbox gives, until it stops or is drained.
    func run() async throws {
        defer {
            context.pulses.intake.rest()
            output.finish()
        }
        let attempts = AttemptRecord(context.spool)
        do {
            try await run(attempts)
        } catch {
            // Whoever asked to stop, or another stage, is the cause: the file that is open has crashed nothing.
            if error is FaultGate.Stopped || error is CancellationError { attempts.clear() }
            throw error
        }
    }

    private func run(_ attempts: AttemptRecord) async throws {
        let waiting = try await recover()
        context.board.note { $0.isRecovered = true }
        try await takeOver(waiting, attempts)
        context.files.endClaim()
        while true {
            context.pulses.intake.rest()
            attempts.clear()
            let delivery = await inbox.next(atMost: Self.batchFiles, orIdle: isDraining)
            context.pulses.intake.beat()
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
            context.pulses.intake.beat()
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
    private func waitWhileHeld(_ intake: inout FileIntake, _ attempts: AttemptRecord) async throws {
        guard context.board.isHeld else { return }
        try await intake.flush()
        attempts.clear()
        if isDraining { throw FaultGate.Stopped() }
        context.pulses.intake.rest()
        // Without an index its ranges would be made from the little text that there is.
        if context.index.hasIndex { context.files.hold(true) }
        while context.board.isHeld, !context.board.isStopping {
            await context.board.stopping.sleep(for: .milliseconds(100))
        }
        context.files.hold(false)
        if context.board.isStopping { throw FaultGate.Stopped() }
        context.pulses.intake.beat()
    }

    private func take(
        _ file: ReadyFile, _ intake: inout FileIntake, _ attempts: AttemptRecord
    ) async throws -> InboxStateMachine.Event {
        let outcome = try await context.gate.retrying("claiming a file") {
            try context.failpoints.reach(.beforeClaim)
            do throws(PlatformError) {
                return ClaimBox(try context.spool.claim(file))
            } catch {
                // One file that stays closed for a reason of its own, such as a bad sector, stops nobody else.
                guard error.code == .system, !error.isShortage else { throw error }
                return ClaimBox(refused.isGivenUp(file.path) ? .blocked("it cannot be taken: \(error)") : .changed)
            }
        }
        switch outcome.take() {
        case .claimed(let claimed, let descriptor):
            try context.failpoints.reach(.afterClaim)
            refused.forget(file.path)
            context.board.claim()
            attempts.begin(claimed.name)
            try await intake.process(claimed, descriptor)
            return .taken(file.path)
        case .unconfirmed(let claimed):
            try context.failpoints.reach(.afterClaim)
            let status = try await context.gate.retrying("looking at a claimed file") {
                try context.spool.work.statusIfPresent(claimed.path)
            }
            guard let status else { return .taken(file.path) }
            context.board.claim()
            attempts.begin(claimed.name)
            try await intake.process(claimed.with(status), nil)
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

    // MARK: - Recovery

    /// Puts away what needs no work any more.
    ///
    /// - Returns: the claims that have to be taken up again.
    private func recover() async throws -> [ClaimedFile] {
        for file in leftovers { file.name.observe() }
        let settled = settled(leftovers)
        var waiting: [ClaimedFile] = []
        var newest: [FilePath: ClaimName] = [:]
        for file in leftovers { newest[file.relativePath] = file.name }
        for file in leftovers {
            context.pulses.intake.beat()
            if settled.contains(file.name) {
                try await putAway(file, isNewest: newest[file.relativePath] == file.name)
            } else {
                waiting.append(file)
            }
        }
        context.spool.removeFolders(of: leftovers.filter { settled.contains($0.name) })
        if !waiting.isEmpty { context.logger.notice("taking over \(waiting.count) files from an earlier run") }
        return waiting
    }

    /// Puts a file away whose rows, or those of a newer version, are committed.
    ///
    /// Its contents are not looked at: after a power cut they may be gone. A file that grew since is the next version,
    /// unless there is a newer one: an older one that went back would be taken for the newest.
    private func putAway(_ file: ClaimedFile, isNewest: Bool) async throws {
        try await context.gate.retrying("moving an indexed file away") {
            let (keeping, day) = (context.options.keepsDone, RealTime.now.day)
            if isNewest {
                if file.status.size > file.name.size, try context.spool.giveBack(file) { return }
                _ = try context.spool.retire(file, asRead: nil, keeping: keeping, day: day)
                try context.spool.clearFailures(of: file.relativePath, before: file.name, day: day)
            } else {
                try context.spool.retireOlder(file, keeping: keeping, day: day)
            }
            context.board.note { $0.doneFiles += 1 }
        }
        context.emptied.note(file.relativePath)
    }

    /// The claims that need no work any more: committed, or older than a committed version of the same file.
    ///
    /// An older version that was in one group with a newer one was never written; taking it up now would bring it back.
    private func settled(_ claims: [ClaimedFile]) -> Set<ClaimName> {
        var settled: Set<ClaimName> = []
        var isNewerCommitted: Set<FilePath> = []
        for file in claims.reversed() {
            if context.index.contains(file.name) { isNewerCommitted.insert(file.relativePath) }
            if isNewerCommitted.contains(file.relativePath) { settled.insert(file.name) }
        }
        return settled
    }

    /// Takes up what was left; the file that was open when an earlier run crashed comes last and alone.
    private func takeOver(_ files: [ClaimedFile], _ attempts: AttemptRecord) async throws {
        var intake = FileIntake(context: context, output: output)
        let suspect = attempts.suspect.flatMap { suspect in files.first { $0.name == suspect.claim } }
        for file in files where file.name != suspect?.name {
            try await waitWhileHeld(&intake, attempts)
            context.pulses.intake.beat()
            attempts.begin(file.name)
            try await intake.process(file, nil)
        }
        try await intake.flush()
        if suspect != nil { try await waitWhileHeld(&intake, attempts) }
        guard let suspect, let count = attempts.suspect?.count else { return }
        context.pulses.intake.rest()
        // Without an index nothing is committed before there is more text: then it cannot wait until it is alone.
        if context.index.hasIndex { await context.files.waitUntilNone() }
        if context.board.isStopping { return }
        if files.contains(where: { $0.relativePath == suspect.relativePath && suspect.name.time < $0.name.time }) {
            // A newer version was taken up before it.
            return try await putAway(suspect, isNewest: false)
        }
        context.pulses.intake.beat()
        if count >= Self.poisonousAttempts {
            try await intake.refuse(suspect, .poison(count))
        } else {
            context.logger.warning(
                "a run ended while this file was open; it is tried again, alone",
                metadata: ["path": "\(suspect.relativePath.displayName)", "attempt": "\(count + 1)"])
            attempts.begin(suspect.name, attempt: count + 1)
            try await intake.process(suspect, nil)
        }
        try await intake.flush()
        context.pulses.intake.rest()
        if context.index.hasIndex { await context.files.waitUntilNone() }
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
