import Daemon
import Foundation
import Inbox
import Ingest
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Files that were dropped before a moment")
struct OlderFilesTests {
    private let scratch: ScratchDirectory
    private let inbox: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        inbox = try OpenDirectory(scratch.path)
    }

    private func exist(before moment: Int64 = .max, blocked: [String: String] = [:]) throws -> Bool {
        try OlderFiles(ignore: .standard, blocked: blocked).exist(in: inbox, since: moment)
    }

    private func drop(_ name: String) throws -> FileStatus {
        let path = scratch.path.pushing(FilePath(name))
        try Directory.create(path.removingLastComponent())
        try AtomicFile.replaceVolatile([1], at: path)
        return try FileStatus.of(path)
    }

    @Test func `a file counts by the time when it came to lie there, in folders too`() throws {
        #expect(try !exist())
        let time = try drop("a/b/c.txt").changed
        #expect(try exist(before: time))
        #expect(try !exist(before: time - 1))
    }

    @Test func `what the daemon cannot take is not waited for`() throws {
        _ = try drop("notes.txt.part")
        #expect(try !exist(), "ignored")
        _ = try drop("secret.txt")
        #expect(try exist())
        #expect(try !exist(blocked: ["secret.txt": "chmod a+r"]))
        _ = try drop("closed/a.txt")
        #expect(try !exist(blocked: ["secret.txt": "chmod a+r", "closed": "chmod a+rx"]))
    }

    @Test func `a file that stays open is waited for some seconds only`() throws {
        _ = try drop("app.log")
        let listed = """
            {"path": "app.log", "state": "being_written", "reason": "a program writes it", "since": "2026-01-01T00:00:00Z"}
            """
        var state = try JSONDecoder().decode(
            SpoolStatus.InboxState.self, from: JSONEncoder().encode(SpoolStatus().inbox))
        state.listed = [try JSONDecoder().decode(SpoolStatus.Listed.self, from: Data(listed.utf8))]
        #expect(try exist(blocked: state.notAwaited(after: 9_000_000_000)))
        #expect(try !exist(blocked: state.notAwaited(after: 11_000_000_000)))
        state.beingWritten = 1
        #expect(!state.isIdle(after: 11_000_000_000), "the page names it")
        // More than the page names.
        state.beingWritten = 150
        #expect(!state.isIdle(after: 9_000_000_000))
        #expect(state.isIdle(after: 11_000_000_000))
        state.queued = 1
        #expect(!state.isIdle(after: 11_000_000_000))
    }
}
