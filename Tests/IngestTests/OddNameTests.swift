import Logging
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// Names that a terminal must not get are tame in what is written of a failed file.
@Suite struct OddNameTests {
    @Test("an odd name, by way of the whole pipeline", arguments: HostileText.names)
    func failedName(name: [UInt8]) async throws {
        let harness = try SpoolHarness()
        let component = try #require(FilePath.Component(bytes: name + Array(".exe".utf8)))
        try harness.drop(FilePath(root: nil, [component]), "text")
        _ = try await harness.run()
        var reports: [FailureReport] = []
        for entry in try Directory.entries(of: harness.spool.failed)
        where entry.name.string.hasSuffix(".vectorspool-error.json") {
            let path = harness.spool.failed.appending(entry.name)
            #expect(HostileText.faults(in: try FileContents.read(path), allowed: [0x0A]) == [])
            let name = FilePath(root: nil, [entry.name])
            reports += try FailureReport.read(name, in: harness.opened.failed).map { [$0] } ?? []
        }
        #expect(reports.map(\.originalPath) == [FilePath(root: nil, [component])])
        #expect(reports.map(\.name) == [FilePath(root: nil, [component]).displayName])
    }
}
