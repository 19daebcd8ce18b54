import Inbox
import Logging
import Platform
import ServiceLifecycle
import SystemPackage

/// Writes `status.json` and `metrics.prom`, and tells the service manager how things are.
struct StatusService: Service {
    let live: LiveConfiguration
    let inbox: Inbox
    let board: StatusBoard
    let notifier: ServiceNotifier
    let logger: Logger

    func run() async throws {
        let thread = ThreadPool(name: "status", threads: 1)
        defer { thread.stop() }
        await withTaskExecutorPreference(thread) {
            let page = StatusPage(directory: live.current.runtimeDirectory, logger: logger)
            await cancelWhenGracefulShutdown {
                while !Task.isCancelled {
                    update(page)
                    let interval = min(live.current.statusInterval, notifier.watchdogInterval ?? .seconds(3600))
                    do { try await Task.sleep(for: interval) } catch { return }
                }
            }
            notifier.stopping(extending: .seconds(30))
            board.note { $0.state = .stopped }
            update(page)
        }
    }

    private func update(_ page: StatusPage) {
        let report = inbox.report
        board.note { status in
            status.inbox = SpoolStatus.InboxState(report)
            if report.isScanned, status.state == .starting { status.state = .ready }
        }
        let status = page.update(board.status)
        if status.state != .starting, page.announce() {
            notifier.ready(status: status.summary)
        } else {
            notifier.status(status.summary)
        }
        if notifier.watchdogInterval != nil { notifier.alive() }
    }
}
