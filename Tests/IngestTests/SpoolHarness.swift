import Foundation
import Identity
import Inbox
import Indexing
import Ingest
import IngestSupport
import Logging
import Platform
import Quantization
import Spool
import Synchronization
import SystemPackage
import TestSupport

/// A spool of a test's own, worked on by the real pipeline with the stub model.
final class SpoolHarness: Sendable {
    /// Stands for the death of the process at a failpoint.
    struct Death: Error {}

    let scratch: ScratchDirectory
    let options: IngestOptions

    /// The same spool held open.
    let opened: Spool

    var spool: SpoolDirectory { options.spool }
    /// The directory of the index.
    var index: FilePath { options.indexing.indexDirectory }

    init(_ change: (inout IngestOptions) -> Void = { _ in }) throws {
        scratch = try ScratchDirectory()
        var options = IngestOptions(spool: scratch.path.appending("spool"), model: "none")
        options.indexing.precision = .float32
        options.settle = .zero
        options.emptySettle = .zero
        options.maximumDelay = .milliseconds(20)
        change(&options)
        self.options = options
        opened = try Spool(options.spool)
    }

    /// Drops a file as a rename would.
    func drop(_ name: FilePath, _ bytes: [UInt8]) throws {
        let path = spool.inbox.pushing(name)
        try Directory.create(path.removingLastComponent())
        let temporary = scratch.path.appending("dropping-\(UInt64.random(in: .min ... .max))")
        try AtomicFile.replaceVolatile(bytes, at: temporary)
        try Directory.rename(temporary, to: path)
    }

    func drop(_ name: FilePath, _ text: String) throws { try drop(name, Array(text.utf8)) }

    /// Runs until the inbox is drained; without `draining`, until the first commit.
    func run(
        _ failpoints: Failpoints = .none, patience: Duration? = nil, draining: Bool = true,
        pulses: PipelinePulses = PipelinePulses(), stopAt: Failpoint? = nil,
        model: StubPassageEncoder = StubPassageEncoder(), delays: [Duration] = DeferredFiles.delays,
        stopsAtCommit: Bool = true, stopsAfterSleep: Bool = false,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in },
        observe: (StatusBoard) -> Void = { _ in },
        reach: @escaping @Sendable (StatusBoard, Failpoint) -> Void = { _, _ in }
    ) async throws -> SpoolStatus {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let board = StatusBoard(options)
        observe(board)
        let held = try HeldSpool(spool, logger: logger)
        let (opened, leftovers) = (held.spool, held.leftovers)
        let index = try IndexWriter.open(
            options.indexing, for: model, shippedRanges: nil, claims: Set(leftovers.map(\.name.text)))
        let inbox = try Inbox(
            directory: opened.dropFolder, options: options.inboxOptions, watch: nil, logger: logger,
            recognizes: opened.recognizes)
        let pipeline = IngestPipeline(
            live: LiveOptions(options), spool: opened, leftovers: leftovers, inbox: inbox, model: model,
            index: index, board: board, isDraining: draining, patience: patience,
            failpoints: Failpoints { point in
                try failpoints.reach(point)
                reach(board, point)
                if point == stopAt { board.stopping.request() }
                if !draining, stopsAtCommit, point == .afterCommit { inbox.stop() }
            }, delays: delays, pulses: pulses, logger: logger,
            sleep: { duration in
                try await sleep(duration)
                if stopsAfterSleep { inbox.stop() }
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.run() }
            group.addTask {
                defer { inbox.stop() }
                try await pipeline.run()
            }
            try await group.waitForAll()
        }
        board.observe(inbox.report)
        return board.status
    }

    /// The text of every live document, its passages joined by `|`, by identifier; `path` or `path#item`.
    func documents() throws -> [String: String] { try LiveDocuments.read(index) }

    /// What is claimed, by its path in the inbox.
    func claims() throws -> [String] { try opened.leftoverClaims().claims.map(\.relativePath.displayName) }

    /// Whether nothing lies in `work/` but hidden names, which are the daemon's own.
    var isWorkEmpty: Bool {
        get throws { try Directory.entries(of: spool.work).allSatisfy { $0.name.string.hasPrefix(".") } }
    }

    /// The names below a folder of the spool, folders left out.
    func files(in folder: FilePath) throws -> [String] {
        var found: [String] = []
        for entry in try Directory.entries(of: folder) {
            let path = folder.appending(entry.name)
            // The daemon's own: the record of what is open, bad lines on their way.
            if folder == spool.work, entry.name.string.hasPrefix(".") { continue }
            if entry.kind == .directory {
                found += try files(in: path)
            } else {
                found.append(FilePath(root: nil, [entry.name]).displayName)
            }
        }
        return found.sorted()
    }

    /// The paths below a folder of the spool, folders left out.
    func paths(in folder: FilePath) throws -> [FilePath] {
        var found: [FilePath] = []
        for entry in try Directory.entries(of: folder) {
            let name = FilePath(root: nil, [entry.name])
            if entry.kind == .directory {
                found += try paths(in: folder.appending(entry.name)).map { name.pushing($0) }
            } else {
                found.append(name)
            }
        }
        return found.sorted { $0.string < $1.string }
    }

    func report(_ name: String) -> FailureReport? {
        (try? FailureReport.read(FilePath(name + ".vectorspool-error.json"), in: opened.failed)) ?? nil
    }
}
