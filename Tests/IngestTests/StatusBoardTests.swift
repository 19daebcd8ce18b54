import Inbox
import Ingest
import Logging
import Spool
import Testing

@Suite struct StatusBoardTests {
    @Test("what the inbox says is put on the page without a ring: who writes the page would wake himself for ever")
    func inboxRingsNoBell() throws {
        let harness = try SpoolHarness()
        let inbox = try Inbox(
            directory: harness.opened.dropFolder, options: harness.options.inboxOptions, watch: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let board = StatusBoard(harness.options)
        board.observe(inbox.report)
        #expect(!board.changes.isRung)
        board.note { $0.doneFiles += 1 }
        #expect(board.changes.isRung)
    }

    @Test("what one stage waits for stays on the page when another one goes on")
    func pauses() throws {
        let board = StatusBoard(try SpoolHarness().options)
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
            directory: harness.opened.dropFolder, options: harness.options.inboxOptions, watch: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let board = StatusBoard(harness.options)
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
}
