import Foundation
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct FailureReportTests {
    @Test("a sidecar contains no hostile text", arguments: HostileText.samples)
    func hostile(text: String) throws {
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
        let path = scratch.path.appending("x.vectorspool-error.json")
        try AtomicFile.replaceVolatile(Array(try JSONSerialization.data(withJSONObject: page)), at: path)
        let folder = try OpenDirectory(scratch.path)
        let report = try #require(try FailureReport.read("x.vectorspool-error.json", in: folder))
        #expect(HostileText.faults(in: report.json, allowed: [0x0A]) == [])
        try AtomicFile.replaceVolatile(report.json, at: path)
        #expect(try FailureReport.read("x.vectorspool-error.json", in: folder) == report)
    }
}
