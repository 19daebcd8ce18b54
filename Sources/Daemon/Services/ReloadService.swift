import Identity
package import Inbox
import Indexing
package import Ingest
package import Logging
package import Platform
import ServiceLifecycle
package import Settings
package import SystemPackage
import UnixSignals

/// Reads the configuration again on SIGHUP; a wrong one is reported and the old one stays in force.
package struct ReloadService: Service {
    let source: ConfigurationSource
    let defaultModel: FilePath?
    let live: LiveSettings
    let inbox: Inbox
    let board: StatusBoard
    let level: LogLevelSwitch
    let notifier: ServiceNotifier
    let heart: Heartbeat
    let logger: Logger

    package init(
        source: ConfigurationSource, defaultModel: FilePath?, live: LiveSettings, inbox: Inbox, board: StatusBoard,
        level: LogLevelSwitch, notifier: ServiceNotifier, heart: Heartbeat = Heartbeat("reload"), logger: Logger
    ) {
        self.source = source
        self.defaultModel = defaultModel
        self.live = live
        self.inbox = inbox
        self.board = board
        self.level = level
        self.notifier = notifier
        self.heart = heart
        self.logger = logger
    }

    package func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let thread = ThreadPool(name: "reload", threads: 1)
        await withTaskExecutorPreference(thread) {
            // The signal may have come before this service listened.
            if HangupSignal.hasCome() { await reload() }
            for await _ in signals.cancelOnGracefulShutdown() { await reload() }
        }
        await thread.finish()
    }

    /// Reads it once.
    package func reload() async {
        heart.beat()
        defer { heart.rest() }
        notifier.reloading()
        do {
            let new = try await source.load(defaultModel: defaultModel)
            let (files, others) = (new.ingest.indexing, live.current.ingest.indexing)
            // They are read at the next start, which would be refused.
            if files.modelDirectory != others.modelDirectory || files.ranges != others.ranges {
                try DaemonCommand.checkFiles(files)
            }
            let later = live.adopt(new)
            inbox.reconfigure(live.current.ingest.inboxOptions)
            level.set(new.logLevel)
            board.note { status in
                status.reloadError = nil
                status.reloadLater = later.map(\.name)
                status.reloads = (status.reloads ?? 0) + 1
            }
            for warning in new.warnings { logger.warning("\(warning)") }
            let keys = later.map(\.name).joined(separator: ", ")
            logger.notice(
                "the configuration has been read again\(keys.isEmpty ? "" : "; these keys need a restart: \(keys)")",
                metadata: [LoggedEvent.key: "\(LoggedEvent.reloaded)"])
        } catch {
            board.note { status in
                status.reloadError = "\(error)"
                status.reloads = (status.reloads ?? 0) + 1
            }
            logger.error(
                "the new configuration is not used, the old one stays in force: \(error)",
                metadata: [LoggedEvent.key: "\(LoggedEvent.reloadRefused)"])
        }
        // Only if the daemon was ready: a start that is still recovering reports it later.
        if board.isReady { notifier.ready(status: board.status.summary) }
    }
}
