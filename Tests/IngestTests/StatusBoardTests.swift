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
}
