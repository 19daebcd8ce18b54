import Ingest
import Logging
import Platform
import Spool
import SystemPackage

/// The way of a scenario's files from drop to `done/`, in as many starts as needed of an identically assembled daemon.
///
/// It begins at a stage, because another process may have run the earlier stages and ended within one.
struct Journey: Sendable {
    /// Each stage drops files and runs until they are taken; the last one only starts once more.
    private var stageCount: Int { scenario.drops.count }

    let scenario: Scenario
    /// Everything below it is under the plan.
    let root: FilePath
    /// Files are made here before they are dropped; the plan does not cover it.
    let staging: FilePath
    let plan: FaultPlan?
    /// Whether files may remain in the inbox: an unreadable file is blocked until the next scan.
    let mayBlock: Bool

    /// The longest run.
    private static let limit = Duration.seconds(20)
    /// A start may fail as often as the system is at fault, and once more.
    private static let startLimit = 8
    /// How often it starts again for files that changed or were given back when a run was about to end.
    private static let leftLimit = 4
    /// A child of another point inherits the lock's descriptor between fork and exec.
    private static let lockLimit = 1000

    /// Drops and runs with the plan active, from `stage` on.
    ///
    /// When `isDropped`, that stage's files have already been dropped. `mark` is called after each stage's drop.
    func run(from stage: Int = 0, isDropped: Bool = false, mark: (Int) throws -> Void = { _ in }) async throws {
        for next in stage..<stageCount {
            if next > stage || !isDropped { try drop(next) }
            try mark(next)
            plan?.arm()
            defer { plan?.disarm() }
            try await start()
            // The next stage must not overwrite the remaining files.
            for _ in 0..<Self.leftLimit where try !left.isEmpty { try await start() }
        }
    }

    /// Starts once more, without faults.
    func recover() async throws {
        plan?.disarm()
        try await start()
        for _ in 0..<Self.leftLimit where try !left.isEmpty { try await start() }
        if try !left.isEmpty { throw Trouble(.ended, "again and again with files left in the inbox") }
    }

    /// Drops the files of a stage by rename.
    private func drop(_ stage: Int) throws {
        for drop in scenario.drops[stage] {
            let inbox = scenario.options(at: root).spool.inbox
            let target = inbox.pushing(drop.path)
            try Directory.create(target.removingLastComponent())
            let temporary = staging.appending("dropping")
            try AtomicFile.replaceVolatile(drop.bytes, at: temporary)
            try Directory.rename(temporary, to: target)
        }
    }

    /// Runs the daemon until the inbox is drained.
    private func start() async throws {
        let run = try await begin()
        try await finish(run)
        try look()
    }

    /// Makes the daemon ready; repeats a failed start, as the service manager does.
    private func begin() async throws -> DaemonRun {
        let thread = ThreadPool(name: "start", threads: 1)
        defer { thread.stop() }
        var (failures, waits) = (0, 0)
        while true {
            do {
                // In a separate task, so that the site of a call does not depend on the caller of the start.
                return try await Task(executorPreference: thread) {
                    try DaemonRun(scenario.options(at: root))
                }.value
            } catch let error as SpoolError where error.code == .busy && waits < Self.lockLimit {
                waits += 1
                try await Task.sleep(for: .milliseconds(1))
            } catch {
                failures += 1
                let status = (error as? any ExitCoded)?.exitCode ?? (error is PlatformError ? 73 : 1)
                guard status == 73, failures < Self.startLimit, plan != nil else {
                    throw Trouble(.ended, "the start, with \(status): \(error)")
                }
            }
        }
    }

    private func finish(_ run: DaemonRun) async throws {
        let outcome = Outcome()
        let task = Task {
            do {
                try await run.run()
                outcome.settle(nil)
            } catch {
                outcome.settle(Trouble(.ended, "\(error)"))
            }
        }
        let clock = Task {
            if (try? await Task.sleep(for: Self.limit)) != nil {
                outcome.settle(
                    Trouble(.stuck, "not over after \(Self.limit): \(run.board.status.pausedReason ?? "no reason")"))
            }
        }
        let trouble = await outcome.wait()
        clock.cancel()
        if let trouble {
            task.cancel()
            throw trouble
        }
        await task.value
    }

    /// Conditions after every run that ended by itself.
    private func look() throws {
        plan?.disarm()
        let left = try left
        guard mayBlock || scenario == .changing || left.isEmpty else {
            throw Trouble(.ended, "with files left in the inbox: \(left.joined(separator: " "))")
        }
    }

    /// The contents of the inbox.
    private var left: [String] {
        get throws {
            let inbox = scenario.options(at: root).spool.inbox
            return try Inspection.files(in: inbox).map { file in
                var path = file.path
                _ = path.removePrefix(inbox)
                return path.displayName
            }
        }
    }
}
