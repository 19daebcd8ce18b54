import Encoding
import Inbox
import Logging
import Platform
import ServiceLifecycle
import Shards
import SystemPackage
import UnixSignals

/// The daemon, put together and ready to run.
package struct Daemon: ~Copyable {
    private let held: HeldSpool
    private let configuration: IngestConfiguration
    private let board: StatusBoard
    private let index: IndexWriter
    private let services: [any Service]
    private let ingest: IngestService
    private let isDraining: Bool
    private let logger: Logger

    /// Takes the spool, loads the model and opens the index.
    ///
    /// - Parameters:
    ///   - events: the kernel's events, or why there are none.
    ///   - isDraining: end when the inbox is empty.
    /// - Throws: `IngestError`, whose exit code the process should end with.
    package static func build(
        _ configuration: IngestConfiguration, source: ConfigurationSource, events: consuming KernelEvents,
        isDraining: Bool
    ) throws -> Daemon {
        let level = LogLevelSwitch(configuration.logLevel)
        let style = LineLogHandler.style(configuration.logFormat)
        let logger = Logger(label: "vectorspoold") { _ in LineLogHandler(style, level: level) }
        let installed = InstalledFiles.current
        let held = try HeldSpool(configuration.spool, logger: logger)
        let (spool, leftovers) = (held.spool, held.leftovers)
        let board = StatusBoard(configuration)
        let model: SentenceTextModel
        do throws(EncodingError) {
            model = try SentenceTextModel(configuration)
        } catch {
            // After a fault of the system another start may go better; after a wrong configuration none is made.
            throw IngestError(
                error.code == .system ? .cannotWrite : .configuration, "the model cannot be used: \(error)",
                cause: error)
        }
        board.note { $0.compute = model.identity.compute }
        if let note = configuration.compute.note { logger.notice("\(note)") }
        let isDefault = model.identity.model.hexadecimal == InstalledFiles.defaultModelFingerprint
        let index = try IndexWriter.open(
            configuration, model: model.identity, shippedRanges: isDefault ? installed.ranges : nil,
            claims: Set(leftovers.map(\.name.text)))
        if index.isNew, let origin = RangesOrigin.ofIndex(configuration.indexDirectory) {
            logger.notice("a new index, and its ranges are frozen: \(origin.summary)")
        }
        if isDefault, installed.ranges == nil, !index.hasIndex {
            logger.warning(
                """
                the general ranges of this model are not installed beside the programs (share/vectorspool/ranges); \
                ranges will be made from the first passages, name them with --ranges if you have them
                """)
        }
        let live = LiveConfiguration(configuration)
        // Events from a file system that other machines write to would tell half the truth.
        let shared = (try? FileSystemStatus(of: configuration.spool.inbox))?.sharedName
        if let shared {
            events = KernelEvents(refusal: "the inbox is on \(shared), whose changes the kernel does not report")
        }
        let inbox = try events.inbox(spool, configuration, logger: logger)
        let pulses = PipelinePulses()
        let pipeline = IngestPipeline(
            live: live, spool: spool, leftovers: leftovers, inbox: inbox, model: model, index: index, board: board,
            isDraining: isDraining, patience: isDraining ? .seconds(60) : nil, pulses: pulses, logger: logger)
        let notifier = ServiceNotifier.ofThisProcess
        let watchdog = Watchdog(
            hearts: [pulses.intake, pulses.commit, inbox.heartbeat] + model.encoder.hearts,
            limit: (notifier.watchdogInterval ?? .seconds(30)) * 2)
        let services: [any Service] = [
            EncoderService(encoder: model.encoder),
            HousekeepingService(live: live, spool: spool, index: index, logger: logger),
            StatusService(
                live: live, inbox: inbox, board: board, notifier: notifier, watchdog: watchdog, logger: logger),
            ReloadService(
                source: source, defaultModel: installed.model, live: live, inbox: inbox, board: board, level: level,
                notifier: notifier, logger: logger),
        ]
        return Daemon(
            held: held, configuration: configuration, board: board, index: index, services: services,
            ingest: IngestService(inbox: inbox, pipeline: pipeline, board: board, notifier: notifier),
            isDraining: isDraining, logger: logger)
    }

    /// Runs until SIGTERM or SIGINT, or until the inbox is drained.
    ///
    /// - Returns: what was done.
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
                there are no ranges yet: the first \(configuration.calibrationPassages) passages, or what there is when \
                the inbox falls idle, will be calibrated with before anything is committed
                """)
        }
        logger.notice(
            "taking what is dropped into \(configuration.spool.inbox), into the index \(configuration.indexDirectory)")
        // Shut down in reverse: the ingest first, while its encoder and its status page still run.
        var group = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        group.append(
            .init(service: ingest, successTerminationBehavior: .gracefullyShutdownGroup))
        var settings = ServiceGroupConfiguration(
            services: group, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "services") { _ in
                SwiftLogNoOpLogHandler()
            })
        // Later than the deadline that ends the process.
        settings.maximumGracefulShutdownDuration = IngestService.stopLimit * 2
        do {
            try await ServiceGroup(configuration: settings).run()
        } catch is CancellationError {
            // The time to shut down was over.
        }
        let isCutShort = board.isStopping && board.status.inWork > 0
        board.note { $0.isInterrupted = isDraining && (isCutShort || !$0.isDrained) }
        let status = board.status
        if status.inWork > 0 {
            logger.notice("stopped before all was committed: \(status.inWork) files wait in work/ for the next start")
        }
        return status
    }
}
