import Foundation
import Ingest
import Logging
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("What leaves the daemon is tame")
struct ExitTests {
    @Test(
        "a line of the log, in all styles", arguments: HostileText.samples,
        [LineLogHandler.Style.text, .journal, .json])
    func log(text: String, style: LineLogHandler.Style) throws {
        let handler = LineLogHandler(style, level: LogLevelSwitch(.info))
        let line = handler.line(
            .warning, text, ["path": "\(text)", text: ["nested": "\(text)"], "list": [.string(text)]])
        #expect(HostileText.faults(in: line.utf8, allowed: [0x0A]) == [])
        #expect(line.utf8.count { $0 == 0x0A } == 1)
        if style == .json {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
            #expect(object["message"] == text)
        }
    }

    @Test("the status page", arguments: HostileText.samples)
    func status(text: String) throws {
        let scratch = try ScratchDirectory()
        var status = SpoolStatus()
        status.inbox.blocked = [text: text]
        status.pausedReason = text
        status.reloadError = text
        status.model = text
        #expect(HostileText.faults(in: status.json) == [])
        #expect(HostileText.faults(in: status.jsonLine, allowed: [0x0A]) == [])
        try AtomicFile.replaceVolatile(status.json, at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try SpoolStatus.read(from: scratch.path) == status)
    }

    @Test("the sidecar of a failed file", arguments: HostileText.samples)
    func sidecar(text: String) throws {
        let scratch = try ScratchDirectory()
        let attempt = ["at": text, "stage": text, "code": text, "message": text]
        let page: [String: Any] = [
            "schema": 1, "summary": text, "code": text, "hint": text, "stage": text, "class": "document", "name": text,
            "relative_path": text, "relative_path_base64": "YQ==", "owner": 0, "mode": text, "size": 1,
            "modified": text,
            "first_seen": text, "failed_at": text, "attempts": [attempt], "retry": text,
            "lines": [["line": 1, "code": text, "summary": text]],
            "daemon": ["version": text, "pipeline": text, "boot": text, "invocation": text],
        ]
        let path = scratch.path.appending("x.error.json")
        try AtomicFile.replaceVolatile(Array(try JSONSerialization.data(withJSONObject: page)), at: path)
        let folder = try OpenDirectory(scratch.path)
        let report = try #require(try FailureReport.read("x.error.json", in: folder))
        #expect(HostileText.faults(in: report.json, allowed: [0x0A]) == [])
        try AtomicFile.replaceVolatile(report.json, at: path)
        #expect(try FailureReport.read("x.error.json", in: folder) == report)
    }

    @Test("an odd name, by way of the whole pipeline", arguments: HostileText.names)
    func failedName(name: [UInt8]) async throws {
        let harness = try SpoolHarness()
        let component = try #require(FilePath.Component(bytes: name + Array(".exe".utf8)))
        try harness.drop(FilePath(root: nil, [component]), "text")
        _ = try await harness.run()
        var reports: [FailureReport] = []
        for entry in try Directory.entries(of: harness.spool.failed) where entry.name.string.hasSuffix(".error.json") {
            let path = harness.spool.failed.appending(entry.name)
            #expect(HostileText.faults(in: try FileContents.read(path), allowed: [0x0A]) == [])
            let name = FilePath(root: nil, [entry.name])
            reports += try FailureReport.read(name, in: harness.opened.failed).map { [$0] } ?? []
        }
        #expect(reports.map(\.originalPath) == [FilePath(root: nil, [component])])
        #expect(reports.map(\.name) == [FilePath(root: nil, [component]).displayName])
    }
}
