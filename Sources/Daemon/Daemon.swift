import Encoding
import Identity
import Inbox
import Indexing
package import Ingest
import Logging
import Platform
import ServiceLifecycle
package import Settings
import Shards
import Spool
import SystemPackage
import UnixSignals

/// The assembled daemon, ready to run.
package struct Daemon: ~Copyable {
    private let held: HeldSpool
    private let options: IngestOptions
    private let board: StatusBoard
    private let index: IndexWriter
    private let services: [any Service]
    private let ingest: IngestService
    private let isDraining: Bool
    private let logger: Logger

    /// Locks the spool, loads the model and opens the index.
    ///
    /// `events` are the kernel's events, or the reason for their absence; with `isDraining` the daemon ends when the
    /// inbox is empty. Throws `ExitCoded` errors, whose exit code the process should return.
    package static func build(
        _ settings: DaemonSettings, source: ConfigurationSource, events: consuming KernelEvents,
        isDraining: Bool
    ) throws -> Daemon {
        let level = LogLevelSwitch(settings.logLevel)
        let style = LineLogHandler.style(settings.logFormat)
        let logger = Logger(label: "vectorspoold") { _ in LineLogHandler(style, level: level, journal: .standard) }
        for warning in settings.warnings { logger.warning("\(warning)") }
        let installed = InstalledFiles.current
        let held = try HeldSpool.waitingForCommands(settings.ingest.spool, logger: logger)
        let (spool, leftovers) = (held.spool, held.leftovers)
        let board = StatusBoard(settings.ingest)
        // Before anything is claimed: a pause outlives a reboot.
        board.hold((try? PauseFlag.read(in: spool.requests)) ?? nil)
        let model: PassageEncoder
        do throws(EncodingError) {
            model = try PassageEncoder(settings.ingest.indexing)
        } catch {
            // After a fault of the system a retry may succeed; after a wrong configuration it cannot.
            throw DaemonError(
                error.code == .system ? .cannotWrite : .configuration, "the model cannot be used: \(error)",
                cause: error)
        }
        let file = source.file.map { $0.isAbsolute ? $0 : CurrentProcess.folder.pushing($0) }
        board.note { status in
            status.compute = model.identity.compute
            status.configuration = file?.displayName
        }
        if let note = settings.ingest.indexing.compute.note { logger.notice("\(note)") }
        let isDefault = model.identity.isDefault
        let index = try IndexWriter.open(
            settings.ingest.indexing, for: model, shippedRanges: isDefault ? installed.ranges : nil,
            claims: Set(leftovers.map(\.name.text)))
        if index.isNew, let origin = RangesOrigin.ofIndex(settings.ingest.indexing.indexDirectory) {
            logger.notice("made a new index, whose ranges are fixed: \(origin.summary)")
        }
        if index.isNew || !index.hasIndex, FolderUsage(of: spool.done, limit: 10_000).files > 0 {
            logger.notice(
                """
                the index is new, and done/ holds files that it does not have; to have them found, move them back into the \
                inbox: \(spool.places.commandToTakeAgain())
                """)
        }
        if isDefault, installed.ranges == nil, !index.hasIndex {
            logger.warning(
                """
                the general ranges of this model are not installed with the programs (share/vectorspool/ranges); \
                ranges will be made from the first passages. If you have ranges, give them with --ranges
                """)
        }
        let live = LiveSettings(settings)
        // On a file system that other machines write to, events would be incomplete.
        let shared = (try? FileSystemStatus(of: settings.ingest.spool.inbox))?.sharedName
        if let shared {
            events = KernelEvents(refusal: "the inbox is on \(shared), whose changes the kernel does not report")
        }
        let inbox = try events.inbox(spool, settings.ingest, logger: logger)
        let pulses = PipelinePulses()
        let pipeline = IngestPipeline(
            live: live.options, spool: spool, leftovers: leftovers, inbox: inbox, model: model, index: index,
            board: board,
            isDraining: isDraining, patience: isDraining ? .seconds(60) : nil, pulses: pulses, logger: logger)
        let notifier = ServiceNotifier.ofThisProcess
        let hearts = (
            pool: Heartbeat("tasks"), requests: Heartbeat("requests"), reload: Heartbeat("reload"),
            housekeeping: Heartbeat("housekeeping"), compaction: Heartbeat("compaction")
        )
        let watchdog = Watchdog(
            hearts: pulses.hearts + [inbox.heartbeat, hearts.pool, hearts.requests, hearts.reload] + model.pool.hearts,
            patientHearts: [hearts.housekeeping, hearts.compaction], halfTime: notifier.watchdogInterval)
        let services: [any Service] = [
            EncoderService(pool: model.pool),
            PulseService(heart: hearts.pool, interval: watchdog.interval),
            HousekeepingService(
                live: live.options, spool: spool, index: index, board: board, heart: hearts.housekeeping,
                logger: logger),
            CompactionService(
                live: live.options, spool: spool, index: index, board: board, heart: hearts.compaction, logger: logger),
            RequestService(
                spool: spool, live: live.options, board: board, isIndexReplaced: { index.isReplaced },
                heart: hearts.requests, logger: logger),
            StatusService(
                live: live, inbox: inbox, board: board, notifier: notifier, watchdog: watchdog, logger: logger),
            ReloadService(
                source: source, defaultModel: installed.model, live: live, inbox: inbox, board: board, level: level,
                notifier: notifier, heart: hearts.reload, logger: logger),
        ]
        return Daemon(
            held: held, options: settings.ingest, board: board, index: index, services: services,
            ingest: IngestService(inbox: inbox, pipeline: pipeline, board: board, notifier: notifier),
            isDraining: isDraining, logger: logger)
    }

    /// Runs until SIGTERM or SIGINT, or until the inbox is drained; returns the final status.
    package consuming func run() async throws -> SpoolStatus {
        if let summary = index.summary {
            board.note { status in
                status.generation = summary.generation
                status.documents = summary.documents
                status.rows = summary.rows
                status.clippedShare = summary.clippedShare
            }
        } else {
            board.note { $0.calibratingPassages = 0 }
            logger.notice(
                """
                there are no ranges yet: the first \(options.indexing.calibrationPassages) passages, or fewer when the \
                inbox becomes idle, will be used to calibrate before anything is committed
                """)
        }
        logger.notice(
            "indexing files dropped into \(options.spool.inbox); the index is \(options.indexing.indexDirectory)")
        // Services shut down in reverse order: the ingest first, while its encoder and its status page still run.
        // A folder that has lost its place stops no thread, so the others end in order.
        var running = services.map {
            ServiceGroupConfiguration.ServiceConfiguration(
                service: $0, failureTerminationBehavior: $0 is RequestService ? .gracefullyShutdownGroup : .cancelGroup)
        }
        running.append(
            .init(service: ingest, successTerminationBehavior: .gracefullyShutdownGroup))
        var group = ServiceGroupConfiguration(
            services: running, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "services") { _ in
                SwiftLogNoOpLogHandler()
            })
        // Later than the deadline that ends the process.
        group.maximumGracefulShutdownDuration = IngestService.stopLimit * 2
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // The time for the shutdown is over.
        }
        let isCutShort = board.isStopping && board.status.inWork > 0
        board.note { $0.isInterrupted = isDraining && (isCutShort || !$0.isDrained) }
        let status = board.status
        logger.notice(
            status.inWork > 0
                ? "stopped before everything was committed: \(status.inWork) files wait in work/ for the next start"
                : "stopped: everything that was taken is committed",
            metadata: [LoggedEvent.key: "\(LoggedEvent.stopped)"])
        return status
    }
}
