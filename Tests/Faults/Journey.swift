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

    /// How often it starts again for files that changed or were given back when a run was about to end.
    private static let leftLimit = 4
    /// More than any plan lets calls of one kind fail.
    private static let forgetLimit = 16

    /// Drops and runs with the plan active, from `stage` on.
    ///
    /// When `isDropped`, that stage's files have already been dropped. `mark` is called after each stage's drop.
    func run(from stage: Int = 0, isDropped: Bool = false, mark: (Int) throws -> Void = { _ in }) async throws {
        for next in stage..<stageCount {
            if next > stage || !isDropped { try drop(next) }
            try mark(next)
            plan?.arm()
            defer { plan?.disarm() }
            let options = scenario.options(at: root)
            for request in scenario.requests[next] where !request.needsDaemon { try await request.perform(options) }
            try await forget(next)
            try await start()
            // The next stage must not overwrite the remaining files.
            for _ in 0..<Self.leftLimit where try !left.isEmpty && !isPaused { try await start() }
        }
    }

    /// Asks a daemon to forget until it has.
    private func forget(_ stage: Int) async throws {
        let requests = scenario.requests[stage].filter(\.needsDaemon)
        guard !requests.isEmpty else { return }
        let options = scenario.options(at: root)
        let folder = FilePath("/proc/self/root" + options.spool.requests.string)
        var refusal: String?
        for _ in 0..<Self.forgetLimit {
            for request in requests { try await request.perform(options) }
            try await DaemonRun.untilAnswered(options, isForgiving: plan != nil)
            refusal = try PersonsRequest.takeForgetAnswers(in: folder)
            if refusal == nil { return }
        }
        throw Trouble(.stuck, "nothing is forgotten: \(refusal ?? "")")
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
        let closed = scenario == .left ? ClosedFolder.plan(below: root) : nil
        closed?.arm()
        defer { closed?.disarm() }
        try await DaemonRun.wholly(scenario.options(at: root), isForgiving: plan != nil)
        try look()
    }

    /// Conditions after every run that ended by itself.
    private func look() throws {
        plan?.disarm()
        let left = try left
        guard mayBlock || scenario == .changing || left.isEmpty || isPaused else {
            throw Trouble(.ended, "with files left in the inbox: \(left.joined(separator: " "))")
        }
    }

    private var isPaused: Bool { PersonsRequest.isPaused(scenario.options(at: root).spool) }

    /// The contents of the inbox.
    private var left: [String] {
        get throws {
            let inbox = scenario.options(at: root).spool.inbox
            return try Inspection.files(in: inbox).compactMap { file in
                var path = file.path
                _ = path.removePrefix(inbox)
                return ClosedFolder.holds(path) ? nil : path.displayName
            }
        }
    }
}
