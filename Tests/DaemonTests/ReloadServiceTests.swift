import Daemon
import Foundation
import Inbox
import Ingest
import Logging
import Platform
import Settings
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("The configuration is read again", .timeLimit(.minutes(10)))
struct ReloadServiceTests {
    private let scratch: ScratchDirectory
    private let file: FilePath
    private let manager: NotificationSocket
    private let log = RecordedLog()
    private let live: LiveSettings
    private let board: StatusBoard
    private let level: LogLevelSwitch
    private let inbox: Inbox
    private let service: ReloadService

    init() async throws {
        scratch = try ScratchDirectory()
        file = scratch.path.appending("vectorspool.yaml")
        manager = try NotificationSocket(at: scratch.path.appending("notify"))
        let root = scratch.path.appending("spool")
        let source = ConfigurationSource(file: file, environment: [:], flags: [.spoolDirectory: root.string])
        try AtomicFile.replaceVolatile(
            Array("spool:\n  rescanSeconds: 0.1\n  settleSeconds: 0\n  ignore: [\"*.txt\"]\n".utf8), at: file)
        let settings = try await source.load(defaultModel: "/model")
        live = LiveSettings(settings)
        board = StatusBoard(settings.ingest)
        level = LogLevelSwitch(settings.logLevel)
        let spool = try Spool(settings.ingest.spool)
        inbox = try Inbox(
            directory: spool.dropFolder, options: settings.ingest.inboxOptions, watch: nil, logger: log.logger)
        service = ReloadService(
            source: source, defaultModel: "/model", live: live, inbox: inbox, board: board, level: level,
            notifier: ServiceNotifier(socket: manager.path.string), logger: log.logger)
    }

    private func write(_ text: String) throws { try AtomicFile.replaceVolatile(Array(text.utf8), at: file) }

    @Test("what may change while the daemon runs is in force at once")
    func liveKeys() async throws {
        try write(
            """
            spool: {settleSeconds: 7, rescanSeconds: 8, keepDoneDays: 9, maximumFileBytes: 10, ignore: [a]}
            commit: {maximumRows: 11, maximumDelaySeconds: 12}
            runtime: {statusSeconds: 13}
            log: {level: error}
            """)
        await service.reload()
        for options in [live.current.ingest, live.options.current] {
            #expect(options.settle == .seconds(7))
            #expect(options.rescan == .seconds(8))
            #expect(options.keepDoneDays == 9)
            #expect(options.maximumFileBytes == 10)
            #expect(options.ignore.patterns == ["a"])
            #expect(options.maximumRows == 11)
            #expect(options.maximumDelay == .seconds(12))
        }
        #expect(live.current.statusInterval == .seconds(13))
        #expect(level.current == .error)
        #expect(log.lines == ["notice: the configuration has been read again"])
    }

    @Test("the inbox takes the new patterns")
    func inboxIsTold() async throws {
        try AtomicFile.replaceVolatile([1], at: live.current.ingest.spool.inbox.appending("a.txt"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.run() }
            defer { inbox.stop() }
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            try write("spool:\n  rescanSeconds: 0.1\n  settleSeconds: 0\n  ignore: []\n")
            await service.reload()
            guard case .files(let files) = await inbox.next(atMost: 1) else {
                Issue.record("nothing was taken")
                return
            }
            #expect(files.map(\.path) == ["a.txt"])
        }
    }

    @Test("keys that are read only at the start are named and stay as they were")
    func fixedKeys() async throws {
        let before = live.current
        try write(
            """
            spool: {rescanSeconds: 0.1, settleSeconds: 0, ignore: ["*.txt"]}
            index: {precision: uint8}
            model: {workers: 9}
            log: {format: json}
            """)
        await service.reload()
        #expect(live.current == before)
        #expect(
            log.lines == [
                "notice: the configuration has been read again; these keys need a restart: index.precision, "
                    + "model.workers, log.format"
            ])
        #expect(board.status.reloadError == nil)
    }

    @Test(
        "a wrong file changes nothing and is told of; a right one mends that",
        arguments: [
            ("log:\n  level: loud\n", ":2: log.level is 'loud'"), ("commit: {maximumRow: 1}\n", ":1: unknown key"),
            ("model: {directory: /nowhere/minilm}\n", "/nowhere/minilm"),

            ("- x\n", "this is not the YAML"), (nil, "cannot be read"),
            ("log: {level: error}\nindex: {directory: \"x\n", "this is not the YAML"),
            ("spool: {keepDoneDays: 3}\npassages: {targetTokens: 20, overlapTokens: 30}\n", "overlapTokens"),
        ] as [(String?, String)])
    func wrongFile(text: String?, complaint: String) async throws {
        let before = live.current
        if let text { try write(text) } else { try Directory.removeFile(file) }
        await service.reload()
        #expect(live.current == before)
        #expect(live.options.current == before.ingest)
        #expect(level.current == before.logLevel)
        let error = try #require(board.status.reloadError)
        #expect(error.contains(complaint), "\(error)")
        #expect(log.lines == ["error: the new configuration is not used, the old one stays in force: \(error)"])
        try write("spool: {keepDoneDays: 3}\n")
        await service.reload()
        #expect(board.status.reloadError == nil)
        #expect(live.current.ingest.keepDoneDays == 3)
    }

    @Test(
        "the manager hears of the beginning, and of the end when all was ready", arguments: [true, false],
        [true, false])
    func notifications(isReady: Bool, isRight: Bool) async throws {
        if isReady { board.note { $0.state = .ready } }
        if !isRight { try write("nonsense") }
        await service.reload()
        let messages = manager.messages()
        #expect(messages.first?["RELOADING"] == "1")
        #expect(messages.dropFirst().map { $0["READY"] } == (isReady ? ["1"] : []))
    }

    @Test("each SIGHUP is a reload, also one that came before anybody listened")
    func hangup() async {
        await #expect(processExitsWith: .success) { try await ReloadServiceTests().reloadOnHangup() }
    }

    private func reloadOnHangup() async throws {
        HangupSignal.note()
        kill(ProcessTable.current, SIGHUP)
        try write("spool: {keepDoneDays: 3}\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await waitForReload(days: 3)
            for days in 4..<8 {
                try write("spool: {keepDoneDays: \(days)}\n")
                kill(ProcessTable.current, SIGHUP)
                try await waitForReload(days: days)
            }
            group.cancelAll()
        }
    }

    private func waitForReload(days: Int) async throws {
        while live.options.current.keepDoneDays != days { try await Task.sleep(for: .milliseconds(1)) }
    }
}
