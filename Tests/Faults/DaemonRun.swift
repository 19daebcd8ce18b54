import Daemon
import Identity
import Inbox
import Indexing
import Ingest
import IngestSupport
import Logging
import Platform
import Spool
import SystemPackage

/// A daemon with the stub model, which drains its inbox without waiting for the system to recover.
struct DaemonRun: Sendable {
    private let index: IndexWriter
    private let inbox: Inbox
    private let pipeline: IngestPipeline
    private let page: StatusPage
    private let options: IngestOptions
    private let held: Hold
    private let isDraining: Bool
    let board: StatusBoard

    /// Does everything up to readiness; blocks.
    ///
    /// - Parameters:
    ///   - options: its configuration.
    ///   - isDraining: whether it ends with the inbox, and not only when everybody is answered.
    /// - Throws: what a start throws.
    init(_ options: IngestOptions, isDraining: Bool = true) throws {
        self.options = options
        self.isDraining = isDraining
        let logger = Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
        let model = StubPassageEncoder()
        board = StatusBoard(options)
        held = Hold(try HeldSpool(options.spool, logger: logger))
        let (spool, leftovers) = (held.spool.spool, held.spool.leftovers)
        board.hold((try? PauseFlag.read(in: spool.requests)) ?? nil)
        index = try IndexWriter.open(
            options.indexing, for: model, shippedRanges: nil, claims: Set(leftovers.map(\.name.text)))
        inbox = try Inbox(
            directory: spool.dropFolder, options: options.inboxOptions, watch: nil, logger: logger,
            recognizes: spool.recognizes)
        pipeline = IngestPipeline(
            live: LiveOptions(options), spool: spool, leftovers: leftovers, inbox: inbox, model: model,
            index: index, board: board, isDraining: isDraining, delays: [], logger: logger,
            sleep: { _ in try await Task.sleep(for: .milliseconds(1)) })
        page = StatusPage(directory: options.spool.defaultRuntime, logger: logger)
    }

    /// Processes the files in the inbox.
    func run() async throws {
        let thread = ThreadPool(name: "housekeeping", threads: 1)
        await withTaskExecutorPreference(thread) { keepHouse() }
        // From then on nothing is claimed before it is read what people ask for.
        let service = isDraining ? nil : requests
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                group.addTask {
                    defer { inbox.stop() }
                    try await pipeline.run()
                }
                if let service { group.addTask { try await answerEverybody(service) } }
                try await group.waitForAll()
            }
            if isDraining { await answerRequests() }
        } catch {
            await thread.finish()
            throw error
        }
        await withTaskExecutorPreference(thread) { keepHouse() }
        await thread.finish()
    }

    /// Looks once at what people have asked for.
    private func answerRequests() async {
        let looking = Task { [service = requests] in try? await service.run() }
        looking.cancel()
        _ = await looking.value
    }

    /// Answers people until nobody waits any more, and lets the daemon end.
    private func answerEverybody(_ service: RequestService) async throws {
        let looking = Task { try? await service.run() }
        defer { looking.cancel() }
        // No plan covers this path: the person who waits is no part of the daemon.
        let folder = FilePath("/proc/self/root" + options.spool.requests.string)
        while try !PersonsRequest.areAnswered(in: folder) { try await Task.sleep(for: .milliseconds(1)) }
        inbox.stop()
        looking.cancel()
        _ = await looking.value
    }

    private var requests: RequestService {
        RequestService(
            spool: held.spool.spool, live: LiveOptions(options), board: board,
            isIndexReplaced: { [index] in index.isReplaced },
            logger: Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }, interval: .milliseconds(2))
    }

    /// The other work of the services, which only log failures.
    private func keepHouse() {
        _ = page.update(board.status)
        _ = try? held.spool.spool.purgeDone(keepingDays: options.keepDoneDays)
        _ = try? held.spool.spool.purgeReplaced(keepingDays: options.keepReplacedDays)
        try? index.collectGarbage()
    }
}

/// Shares a held spool, which cannot be copied.
private final class Hold: Sendable {
    let spool: HeldSpool

    init(_ spool: consuming HeldSpool) {
        self.spool = spool
    }
}
