import Identity
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
                    await feed()
                    var interval = live.current.statusInterval
                    if notifier.watchdogInterval != nil { interval = min(interval, watchdog.interval) }
                    let leastInterval = min(Self.leastInterval, interval)
                    let began = ContinuousClock.now
                    // The inbox does not ring when it begins to watch, and a service manager waits for that.
                    await board.changes.wait(atMost: board.status.state == .starting ? leastInterval : interval)
                    let rest = leastInterval - began.duration(to: .now)
                    guard rest > .zero else { continue }
                    do { try await Task.sleep(for: rest) } catch { return }
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
            logger.notice(
                "ready: generation \(status.generation) of the index has \(status.documents) documents",
                metadata: [LoggedEvent.key: "\(LoggedEvent.ready)"])
        } else {
            notifier.status(status.summary)
        }
    }

    /// Tells the service manager that all is well, or asks it to end the process: the next start recovers.
    private func feed() async {
        guard notifier.watchdogInterval != nil else { return }
        if watchdog.late.isEmpty { return notifier.alive() }
        // After a suspension of the whole process every thread is late until it has run again.
        try? await Task.sleep(for: min(watchdog.interval, .seconds(1)))
        let late = watchdog.late
        if late.isEmpty { return notifier.alive() }
        logger.critical(
            "no progress of: \(late.joined(separator: ", ")); the service manager is asked to end this process",
            metadata: [LoggedEvent.key: "\(LoggedEvent.hanging)"])
        notifier.hangs()
    }
}
