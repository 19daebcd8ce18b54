import Daemon
import Inbox
import Ingest
import Logging
import Platform
import Settings
import Spool
import SystemPackage
import TestSupport
import Testing

/// The service manager's notifications about hanging threads.
@Suite(.timeLimit(.minutes(10)))
struct WatchdogTests {
    @Test("a resting heartbeat is never late, a beating one is late after a while")
    func late() {
        let heart = Heartbeat("worker")
        let watchdog = Watchdog(hearts: [heart], limit: .zero)
        #expect(watchdog.late == [])
        heart.beat()
        while watchdog.late.isEmpty {}
        #expect(watchdog.late == ["worker"])
        #expect(Watchdog(hearts: [heart], limit: .seconds(3600)).late == [])
        heart.rest()
        #expect(watchdog.late == [])
    }

    @Test(
        "a hang is reported within the manager's time, the latest check included",
        arguments: [Duration.seconds(1), .seconds(30), .seconds(150)])
    func inTime(halfTime: Duration) {
        let watchdog = Watchdog(hearts: [], halfTime: halfTime)
        // One check too early, one that finds it, and the pause before it is believed.
        #expect(watchdog.limit + watchdog.interval * 2 < halfTime * 2)
        #expect(watchdog.limit > halfTime)
    }

    @Test("a thread that may take long is late after a long time")
    func patient() {
        let heart = Heartbeat("housekeeping")
        heart.beat()
        while heart.age.map({ $0 < .milliseconds(2) }) ?? true {}
        #expect(Watchdog(hearts: [heart], limit: .milliseconds(1)).late == ["housekeeping"])
        #expect(Watchdog(hearts: [], patientHearts: [heart], limit: .seconds(1)).late == [])
        #expect(Watchdog(hearts: [], patientHearts: [heart], limit: .zero).late == ["housekeeping"])
    }

    @Test("a hanging thread is reported at once, and the watchdog is no longer fed")
    func hanging() async throws {
        let scratch = try ScratchDirectory()
        var settings = DaemonSettings(spool: scratch.path.appending("spool"), model: "none")
        settings.statusInterval = .milliseconds(5)
        let spool = try Spool(settings.ingest.spool)
        let manager = try NotificationSocket(at: scratch.path.appending("notify"))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let inbox = try Inbox(
            directory: spool.dropFolder, options: settings.ingest.inboxOptions, watch: nil, logger: logger)
        let heart = Heartbeat("worker")
        let service = StatusService(
            live: LiveSettings(settings), inbox: inbox, board: StatusBoard(settings.ingest),
            notifier: ServiceNotifier(socket: manager.path.string, watchdogMicroseconds: "10000"),
            watchdog: Watchdog(hearts: [heart], limit: .milliseconds(1)), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            func wait(for value: String) async throws -> [[String: String]] {
                while true {
                    let messages = manager.messages()
                    if messages.contains(where: { $0["WATCHDOG"] == value }) { return messages }
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            _ = try await wait(for: "1")
            heart.beat()
            _ = try await wait(for: "trigger")
            let later = try await wait(for: "trigger")
            #expect(!later.contains { $0["WATCHDOG"] == "1" })
            heart.rest()
            _ = try await wait(for: "1")
            group.cancelAll()
        }
    }
}
