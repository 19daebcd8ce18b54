import Daemon
import Foundation
import Logging
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
