import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport

/// Random actions of producers, operators and the daemon on a machine that dies and loses power, and the law that holds
/// whenever the daemon has come to rest.
final class ModelRun {
    /// How many actions one machine lives through; with more the trees grow and every step is slower.
    static let actionsOfAMachine = 40

    private let book = WorldBook()
    private let machine: Machine
    private var producer: Producer
    private var generator: SeededGenerator
    private var isToDropMeanwhile = false
    private var expectedSteps = 60
    /// Whether the daemon died since everything was examined, and whether files were dropped since.
    private var (hasDied, hasDropped) = (false, false)
    /// What happened, for those who look for the cause of a violation.
    private(set) var story: [String] = []
    /// How often each kind of end came.
    private(set) var counts: [Totals.Kind: Int] = [:]

    init(seed: UInt64, below folder: FilePath) throws {
        producer = Producer(seed: seed)
        generator = SeededGenerator(seed: seed ^ 0x5DEE_CE66)
        machine = try Machine(seed.isMultiple(of: 2) ? .float32 : .int8, below: folder)
    }

    /// Lives through the actions.
    ///
    /// - Returns: the violations.
    func run() async -> [Trouble] {
        do {
            for _ in 0..<Self.actionsOfAMachine {
                counts[.action, default: 0] += 1
                let troubles = try await act()
                if !troubles.isEmpty { return troubles }
            }
            return try await look()
        } catch let trouble as Trouble {
            return [trouble]
        } catch {
            return [Trouble(.ended, "\(error)")]
        }
    }

    private func act() async throws -> [Trouble] {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<45: drop()
        case 45..<48: try retry()
        case 48..<50: try mend()
        case 50..<52: isToDropMeanwhile = true
        case 52..<60: try await forget()
        case 60..<61: return try pause()
        case 61..<64:
            let survival = SimulatedDisk.Survival.allCases.randomElement(using: &generator) ?? .some
            story.append("the power fails at rest: \(survival.rawValue)")
            try machine.cut(survival, &generator)
            count(.modelCut)
        case 64..<82: try await die(isCut: true)
        case 82..<90: try await die(isCut: false)
        case 90..<95: try await stumble()
        default: return try await look()
        }
        return []
    }

    // MARK: - Producers and operators

    /// The folder of the daemon by a path that no plan covers.
    private var alias: FilePath { FilePath("/proc/self/root" + machine.root.string) }

    private func drop() {
        let (path, bytes, isIgnored) = producer.next()
        drop(path, bytes, isIgnored: isIgnored)
    }

    private func drop(_ path: FilePath, _ bytes: [UInt8], isIgnored: Bool) {
        let isSafe = producer.chance(0.5)
        let inbox = alias.appending("spool/inbox")
        guard let replaced = Producer.drop(path, bytes, in: inbox, by: machine.staging) else { return }
        hasDropped = true
        if isSafe { try? machine.watch.synchronize(machine.options.spool.inbox.pushing(path)) }
        book.world.withLock { world in
            if let replaced { world.overtake(path, replaced) }
            world.drop(World.Version(path: path, bytes: bytes, isSafe: isSafe), isIgnored: isIgnored)
        }
        story.append(
            "drop \(path)\(isSafe ? "" : ", not synced")\(replaced == nil ? "" : ", over another"): "
                + String(decoding: bytes, as: UTF8.self))
    }

    /// Mends rejected lines in a copy and drops that.
    private func mend() throws {
        guard FileStatus.exists(machine.options.spool.failed) else { return }
        let file = try FailedFiles(machine.options.spool).all().first { $0.path.string.contains(".bad-lines") }
        guard let file else { return }
        let bytes = try FileContents.read(machine.options.spool.failed.pushing(file.place))
        // A power cut may have left nothing of a copy whose drop was not synced.
        guard !bytes.isEmpty else { return }
        let mended = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.hasPrefix("broken ") ? Contents.line("m\(line.dropFirst(7))", "mended") : line + "\n"
        }
        let copy = Array(mended.joined().utf8)
        // Where a cut has left nothing to mend, there are two files of these bytes.
        if Inspection.withoutHeader(copy) == Inspection.withoutHeader(bytes) {
            book.world.withLock { $0.copy(bytes) }
        }
        drop(file.path, copy, isIgnored: false)
    }

    private func retry() throws {
        guard FileStatus.exists(machine.options.spool.failed) else { return }
        let files = try FailedFiles(machine.options.spool)
        guard let file = try files.all().randomElement(using: &generator) else { return }
        let bytes = try FileContents.read(machine.options.spool.failed.pushing(file.place))
        let outcome = try machine.watched { try? files.retry(file) }
        if outcome == .back { book.world.withLock { $0.retry(file.path, bytes) } }
        story.append("retry \(file.path): \(outcome.map { "\($0)" } ?? "impossible")")
    }

    /// Lets a document be forgotten, by a daemon or without one, and what happens to it does not stop for that: somebody may drop
    /// it again meanwhile.
    private func forget() async throws {
        guard let path = producer.earlier() else { return }
        let step = Int.random(in: 1...30, using: &generator)
        let survival = SimulatedDisk.Survival.allCases.randomElement(using: &generator) ?? .some
        let ends: [Machine.End] = [
            .whole, .cut(step: step, survival), .death(step: step), .errors(step: step, times: 3, .noSpace),
        ]
        let end = ends.randomElement(using: &generator) ?? .whole
        let request: PersonsRequest = producer.chance(0.5) ? .forget(path) : .forgetUnattended(path)
        story.append("forget \(request): \(end)")
        let outcome = Outcome()
        let made = Mutex<Int64?>(nil)
        let dropped = producer.chance(0.6) ? LateDrop(producer.bytes(for: path), at: path, generator: &generator) : nil
        if let dropped {
            story.append("  to drop at call \(dropped.moment): \(String(decoding: dropped.bytes, as: UTF8.self))")
        }
        let (inbox, staging, watch) = (alias.appending("spool/inbox"), machine.staging, machine.watch)
        let place = machine.options.spool.inbox.pushing(path)
        let isReached = try await machine.run(
            end, &generator,
            meanwhile: { number in
                dropped?.drop(at: number, in: inbox, by: staging) { try? watch.synchronize(place) }
            }
        ) { options, isForgiving in
            do {
                try await request.work(options, isForgiving) { moment in made.withLock { $0 = moment } }
                outcome.settle(nil)
            } catch {
                outcome.settle(Trouble(.ended, "\(error)"))
                throw error
            }
        }
        // Nobody waits for an answer any more.
        _ = try PersonsRequest.takeForgetAnswers(in: machine.options.spool.requests)
        let trouble = await outcome.wait()
        let isCutShort = if case .errors = end { trouble != nil } else { isReached }
        let order = dropped?.order(to: made.withLock { $0 })
        book.world.withLock { world in
            let version = World.Version(path: path, bytes: dropped?.bytes ?? [], isSafe: true)
            if order == .before || order == .unknown { world.drop(version) }
            world.forget(path, isCutShort || order == .unknown ? .doubtful : .certain)
            if order == .after { world.drop(version) }
        }
        if order != nil { hasDropped = true }
        story.append(
            (isCutShort ? "  cut short" : "  forgotten") + (order.map { ", dropped again: \($0) the wish" } ?? ""))
        counts[.modelForgetting, default: 0] += 1
        switch end {
        case .cut where isReached: count(.modelCut)
        case .death where isReached: count(.modelDeath)
        case .errors where isReached: count(.modelError)
        default: break
        }
    }

    /// Pauses and resumes, each with a power cut right after it.
    private func pause() throws -> [Trouble] {
        for isPaused in [true, false] {
            try machine.watched {
                let requests = try OpenDirectory(machine.options.spool.requests)
                if isPaused {
                    try PauseFlag(by: "a test", user: 0, since: "now").write(in: requests)
                } else {
                    try PauseFlag.remove(in: requests)
                }
            }
            let survival = SimulatedDisk.Survival.allCases.randomElement(using: &generator) ?? .some
            story.append("\(isPaused ? "pause" : "resume"), and the power fails: \(survival.rawValue)")
            try machine.cut(survival, &generator)
            count(.modelCut)
            guard PersonsRequest.isPaused(machine.options.spool) == isPaused else {
                return [Trouble(.lost, isPaused ? "the pause is forgotten" : "the pause is back")]
            }
        }
        return []
    }

    /// Drops during the next run, if that was decided, where nothing waits.
    private func meanwhile() -> @Sendable (Int) -> Void {
        guard isToDropMeanwhile else { return { _ in } }
        isToDropMeanwhile = false
        let (path, bytes, isIgnored) = producer.next()
        let moment = Int.random(in: 1...max(expectedSteps, 2), using: &generator)
        story.append("to drop at call \(moment) of a run \(path): \(String(decoding: bytes, as: UTF8.self))")
        return { [book, inbox = alias.appending("spool/inbox"), staging = machine.staging] number in
            guard number == moment,
                Producer.drop(path, bytes, in: inbox, by: staging, isReplacing: false) != nil
            else { return }
            let version = World.Version(path: path, bytes: bytes, isSafe: false)
            book.world.withLock { $0.drop(version, isIgnored: isIgnored) }
        }
    }

    // MARK: - The daemon

    /// Lets a run end at a random call.
    private func die(isCut: Bool) async throws {
        let step = Int.random(in: 1...max(expectedSteps, 2), using: &generator)
        let survival = SimulatedDisk.Survival.allCases.randomElement(using: &generator) ?? .some
        let end: Machine.End = isCut ? .cut(step: step, survival) : .death(step: step)
        story.append("run: \(end)")
        note(isCut ? .modelCut : .modelDeath, isReached: try await machine.run(end, &generator, meanwhile: meanwhile()))
    }

    /// Lets calls of a run fail.
    private func stumble() async throws {
        let errors: [Errno] = [
            .ioError, .noSpace, .diskQuotaExceeded, .tooManyOpenFiles, .noMemory, .permissionDenied,
        ]
        let end = Machine.End.errors(
            step: Int.random(in: 1...max(expectedSteps, 2), using: &generator),
            times: Int.random(in: 1...6, using: &generator), errors.randomElement(using: &generator) ?? .ioError)
        story.append("run: \(end)")
        note(.modelError, isReached: try await machine.run(end, &generator, meanwhile: meanwhile()))
    }

    private func note(_ kind: Totals.Kind, isReached: Bool) {
        expectedSteps = max(machine.latestSteps, 10)
        if isReached { count(kind) } else { story.append("  it ended before that") }
    }

    private func count(_ kind: Totals.Kind) {
        counts[kind, default: 0] += 1
        if hasDied, hasDropped { counts[.inARow, default: 0] += 1 }
        (hasDied, hasDropped) = (true, false)
    }

    /// Runs without a fault until nothing is left, and examines everything.
    private func look() async throws -> [Trouble] {
        story.append("run to the end")
        hasDied = false
        _ = try await machine.run(.whole, &generator, meanwhile: meanwhile())
        _ = try await machine.run(.whole, &generator)
        let inspection = try WorldInspection(machine.options)
        return book.world.withLock { world in
            let troubles = world.troubles(inspection)
            if troubles.isEmpty { world.settle(inspection) }
            return troubles
        }
    }
}

/// What was dropped, for the producer and for the run in which more is dropped.
final class WorldBook: Sendable {
    let world = Mutex(World())
}
