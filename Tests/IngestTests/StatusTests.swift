import Inbox
import Ingest
import Logging
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct StatusTests {
    @Test func thePageComesBackAsItWasWritten() throws {
        let scratch = try ScratchDirectory()
        var status = SpoolStatus()
        status.state = .ready
        status.tokensPerSecond = 12.5
        status.inbox.blocked = ["a_b.txt": "chmod a+r"]
        status.pausedReason = "the disk is full"
        try AtomicFile.replaceVolatile(status.json, at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try SpoolStatus.read(from: scratch.path) == status)
        let text = String(decoding: status.json, as: UTF8.self)
        #expect(text.contains("\"tokens_per_second\" : 12.5"))
        #expect(text.contains("\"a_b.txt\""), "names are not keys of ours")
    }

    @Test("what the inbox says is put on the page without a ring: who writes the page would wake himself for ever")
    func inboxRingsNoBell() throws {
        let harness = try SpoolHarness()
        let inbox = try Inbox(
            directory: harness.opened.dropFolder, options: harness.configuration.inboxOptions, watch: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let board = StatusBoard(harness.configuration)
        board.observe(inbox.report)
        #expect(!board.changes.isRung)
        board.note { $0.doneFiles += 1 }
        #expect(board.changes.isRung)
    }

    @Test("what one stage waits for stays on the page when another one goes on")
    func pauses() throws {
        let board = StatusBoard(try SpoolHarness().configuration)
        board.pause("intake", "no descriptors")
        board.pause("commit", "no space")
        board.resume("intake")
        #expect(board.status.pausedReason == "no space")
        board.resume("commit")
        #expect(board.status.pausedReason == nil)
    }

    @Test("ready is after recovery, whatever the page says of pauses, and not after a stop")
    func ready() throws {
        let harness = try SpoolHarness()
        let inbox = try Inbox(
            directory: harness.opened.dropFolder, options: harness.configuration.inboxOptions, watch: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let board = StatusBoard(harness.configuration)
        board.pause("intake", "no space")
        board.observe(inbox.report)
        #expect(board.status.state == .paused)
        #expect(!board.isReady)
        board.note { $0.isRecovered = true }
        var report = inbox.report
        report.isWatching = true
        board.observe(report)
        #expect(board.isReady)
        board.stopping.request()
        #expect(!board.isReady)
        board.note { $0.state = .stopped }
        #expect(!board.isReady)
    }

    @Test func saysWhereThereIsNone() throws {
        let scratch = try ScratchDirectory()
        let missing = #expect(throws: IngestError.self) { try SpoolStatus.read(from: scratch.path) }
        #expect(missing?.exitCode == 66)
        try AtomicFile.replaceVolatile([0x7B], at: scratch.path.appending(SpoolStatus.fileName))
        let damaged = #expect(throws: IngestError.self) { try SpoolStatus.read(from: scratch.path) }
        #expect(damaged?.exitCode == 65)
    }

    @Test func metricsAreThePagesNumbers() {
        var status = SpoolStatus()
        status.state = .ready
        status.rows = 42
        let page = MetricsPage.text(status)
        #expect(page.contains("\nvectorspool_ready 1\n"))
        #expect(page.contains("\nvectorspool_rows 42\n"))
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.split(separator: " ").count == 2, "\(line)")
        }
    }

    @Test(arguments: [
        (LineLogHandler.Style.journal, "<4>a\\u{a}b (k v)\n"),
        (.json, "\"level\":\"warning\",\"message\":\"a\\nb\",\"k\":\"v\"}\n"),
        (.text, "Z warning: a\\u{a}b (k v)\n"),
    ])
    func aMessageIsOneLine(style: LineLogHandler.Style, ending: String) {
        let handler = LineLogHandler(style, level: LogLevelSwitch(.info))
        let line = handler.line(.warning, "a\nb", ["k": "v"])
        #expect(line.hasSuffix(ending), "\(line)")
        #expect(line.count { $0 == "\n" } == 1)
    }
}
