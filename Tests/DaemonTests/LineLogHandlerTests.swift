import Daemon
import Foundation
import Identity
import Logging
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct LineLogHandlerTests {
    @Test(arguments: [
        (LineLogHandler.Style.journal, "<4>a\\u{a}b (k v)\n"),
        (.json, "\"level\":\"warning\",\"message\":\"a\\nb\",\"k\":\"v\"}\n"),
        (.text, "Z warning: a\\u{a}b (k v)\n"),
    ])
    func aMessageIsOneLine(style: LineLogHandler.Style, ending: String) {
        let handler = LineLogHandler(style, level: LogLevelSwitch(.info))
        let line = handler.line(.warning, message: "a\nb", metadata: ["k": "v"])
        #expect(line.hasSuffix(ending), "\(line)")
        #expect(line.count { $0 == "\n" } == 1)
    }

    @Test("the journal gets fields, and the identifier of the event")
    func fields() throws {
        let scratch = try ScratchDirectory()
        let journal = try NotificationSocket(at: scratch.path.appending("journal"))
        let handler = LineLogHandler(
            .journal, level: LogLevelSwitch(.info), journal: JournalSocket(at: journal.path.string))
        handler.write(
            .warning, message: "failed: a\nMESSAGE_ID=x",
            metadata: ["path": "a/b\n.txt", LoggedEvent.key: "\(LoggedEvent.fileFailed)", "é": "dropped"])
        #expect(
            journal.texts() == [
                """
                MESSAGE=failed: a\\u{a}MESSAGE_ID=x (path a/b\\u{a}.txt, é dropped)
                PRIORITY=4
                SYSLOG_IDENTIFIER=vectorspoold
                MESSAGE_ID=\(LoggedEvent.fileFailed.messageIdentifier)
                VECTORSPOOL_EVENT=file_failed
                VECTORSPOOL_PATH=a/b\\u{a}.txt

                """
            ])
    }

    @Test func `only JSON names the event beside its words`() {
        let metadata: Logger.Metadata = [LoggedEvent.key: "\(LoggedEvent.ready)"]
        for (style, ending) in [
            (LineLogHandler.Style.journal, "<5>up\n"), (.text, " notice: up\n"), (.json, "\"event\":\"ready\"}\n"),
        ] {
            let line = LineLogHandler(style, level: LogLevelSwitch(.info)).line(
                .notice, message: "up", metadata: metadata)
            #expect(line.hasSuffix(ending), "\(line)")
        }
    }

    @Test(
        "lines of all styles contain no hostile text", arguments: HostileText.samples,
        [LineLogHandler.Style.text, .journal, .json])
    func hostile(text: String, style: LineLogHandler.Style) throws {
        let handler = LineLogHandler(style, level: LogLevelSwitch(.info))
        let line = handler.line(
            .warning, message: text,
            metadata: ["path": "\(text)", text: ["nested": "\(text)"], "list": [.string(text)]])
        #expect(HostileText.faults(in: line.utf8, allowed: [0x0A]) == [])
        #expect(line.utf8.count { $0 == 0x0A } == 1)
        if style == .json {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
            #expect(object["message"] == text)
        }
    }
}
