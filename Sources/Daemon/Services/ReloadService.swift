import Inbox
import Ingest
import Logging
import Platform
import ServiceLifecycle
import Settings
import SystemPackage
import UnixSignals

/// Reads the configuration again on SIGHUP; reports a wrong one and keeps the old one.
struct ReloadService: Service {
    let source: ConfigurationSource
    let defaultModel: FilePath?
    let live: LiveSettings
    let inbox: Inbox
    let board: StatusBoard
    let level: LogLevelSwitch
    let notifier: ServiceNotifier
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let thread = ThreadPool(name: "reload", threads: 1)
        await withTaskExecutorPreference(thread) {
            // The signal may have come before this service listened.
            if HangupSignal.hasCome() { await reload() }
            for await _ in signals.cancelOnGracefulShutdown() { await reload() }
        }
        await thread.finish()
    }

    private func reload() async {
        notifier.reloading()
        do {
            let new = try await source.load(defaultModel: defaultModel)
            let later = live.adopt(new)
            inbox.reconfigure(live.current.ingest.inboxOptions)
            level.set(new.logLevel)
            board.note { $0.reloadError = nil }
            for warning in new.warnings { logger.warning("\(warning)") }
            let keys = later.map(\.name).joined(separator: ", ")
            logger.notice(
                "the configuration has been read again\(keys.isEmpty ? "" : "; these keys need a restart: \(keys)")")
        } catch {
            board.note { $0.reloadError = "\(error)" }
            logger.error("the new configuration is not used, the old one stays in force: \(error)")
        }
        // Only if the daemon was ready: a start that is still recovering reports it later.
        if board.isReady { notifier.ready(status: board.status.summary) }
    }
}
