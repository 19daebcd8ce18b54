package import Inbox
import Indexing
package import Ingest
package import Logging
package import Platform
import ServiceLifecycle
package import Settings
import Spool
import SystemPackage

/// Writes `status.json` and `metrics.prom`, and reports the state to the service manager.
package struct StatusService: Service {
    let live: LiveSettings
    let inbox: Inbox
    let board: StatusBoard
    let notifier: ServiceNotifier
    let watchdog: Watchdog
    let logger: Logger

    /// The shortest time between two writes after changes.
    private static let leastInterval = Duration.milliseconds(100)

    package init(
        live: LiveSettings, inbox: Inbox, board: StatusBoard, notifier: ServiceNotifier, watchdog: Watchdog,
        logger: Logger
    ) {
        self.live = live
        self.inbox = inbox
        self.board = board
        self.notifier = notifier
        self.watchdog = watchdog
        self.logger = logger
    }

    package func run() async throws {
        let thread = ThreadPool(name: "status", threads: 1)
        await withTaskExecutorPreference(thread) {
            let page = StatusPage(
                directory: live.current.runtimeDirectory,
                places: StatusPage.Places(
                    spool: live.current.ingest.spool.root, index: live.current.ingest.indexing.indexDirectory),
                logger: logger)
            await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    update(page)
                    let interval = min(live.current.statusInterval, notifier.watchdogInterval ?? .seconds(3600))
                    let leastInterval = min(Self.leastInterval, interval)
                    do { try await Task.sleep(for: leastInterval) } catch { return }
                    // The inbox does not ring when it begins to watch, and a service manager waits for that.
                    await board.changes.wait(atMost: board.status.state == .starting ? leastInterval : interval)
                }
            }
            board.note { $0.state = .stopped }
            update(page)
        }
        await thread.finish()
    }

    private func update(_ page: StatusPage) {
        board.observe(inbox.report)
        let status = page.update(
            board.status, filesFinished: board.filesFinished, interval: live.current.statusInterval)
        if board.isReady, page.announce() {
            notifier.ready(status: status.summary)
        } else {
            notifier.status(status.summary)
        }
        guard notifier.watchdogInterval != nil else { return }
        let late = watchdog.late
        if late.isEmpty { return notifier.alive() }
        // The service manager ends the process, and the next start recovers.
        logger.critical("no sign of life from: \(late.joined(separator: ", "))")
        notifier.hangs()
    }
}

/// Checks that every essential thread makes progress or has no work.
package struct Watchdog: Sendable {
    let hearts: [Heartbeat]
    /// How long a thread may work without a heartbeat.
    let limit: Duration

    package init(hearts: [Heartbeat], limit: Duration) {
        self.hearts = hearts
        self.limit = limit
    }

    /// The threads without progress for too long.
    package var late: [String] { hearts.filter { $0.isLate(after: limit) }.map(\.name) }
}
