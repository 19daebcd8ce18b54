import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `vectorspool drop` by one person into the own inbox, without a daemon.
@Suite("Handing files over", .timeLimit(.minutes(10)))
struct CommandLineDropTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var inbox: FilePath { spool.appending("inbox") }
    private var notes: FilePath { scratch.path.appending("notes") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(inbox)
        try write("notes/a.md", "a whale")
        try write("notes/deep/b.txt", "a train")
        try write("notes/.git/config", "left out")
        try Directory.create(notes.appending("empty"))
    }

    private func write(_ name: String, _ text: String) throws {
        let path = scratch.path.pushing(FilePath(name))
        try Directory.create(path.removingLastComponent())
        try AtomicFile.replaceVolatile(Array(text.utf8), at: path)
    }

    private func drop(_ words: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(["drop"] + words + ["--spool", spool.string])
    }

    private func paths(_ folder: FilePath) throws -> [String] {
        var found: [String] = []
        for entry in try Directory.entries(of: folder) {
            let path = folder.appending(entry.name)
            if entry.kind == .directory {
                found += try paths(path).map { entry.name.string + "/" + $0 }
            } else {
                found.append(entry.name.string)
            }
        }
        return found.sorted()
    }

    @Test func `a folder comes whole, with its times, and without what is not taken`() async throws {
        let outcome = try await drop(notes.string)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.hasPrefix("Handed over 2 files"), "\(outcome.text)")
        #expect(outcome.text.contains("left out 1 name"), "\(outcome.text)")
        #expect(try paths(inbox) == ["notes/a.md", "notes/deep/b.txt"])
        let copy = try FileStatus.of(inbox.appending("notes/a.md"))
        #expect(copy.modified == (try FileStatus.of(notes.appending("a.md")).modified))
        #expect(copy.permissions == 0o640)
        #expect(try FileStatus.of(inbox.appending("notes")).permissions & 0o777 == 0o770)
        #expect(try paths(notes) == [".git/config", "a.md", "deep/b.txt"])
    }

    @Test func `moving removes what was copied, and only that`() async throws {
        let outcome = try await drop(notes.string, "--move", "--into", "2026/june")
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(try paths(inbox) == ["2026/june/notes/a.md", "2026/june/notes/deep/b.txt"])
        #expect(try paths(notes) == [".git/config"])
        #expect(!FileStatus.exists(notes.appending("deep")))
    }

    @Test func `what waits in the inbox is not replaced, and the rest goes on`() async throws {
        _ = try await drop(notes.string)
        try write("notes/a.md", "another whale")
        try write("notes/deep/c.txt", "a third")
        try write("single.txt", "a fourth")
        let outcome = try await drop(notes.string, scratch.path.appending("single.txt").string, "--move")
        #expect(outcome.status == .exited(65))
        #expect(outcome.error.contains("notes/a.md is still in the inbox"), "\(outcome.error)")
        #expect(outcome.error.contains("notes/deep/b.txt is still in the inbox"), "\(outcome.error)")
        #expect(outcome.text.hasPrefix("Handed over 2 files (15 bytes"), "\(outcome.text)")
        #expect(try paths(inbox) == ["notes/a.md", "notes/deep/b.txt", "notes/deep/c.txt", "single.txt"])
        #expect(try FileContents.read(inbox.appending("notes/a.md")) == Array("a whale".utf8))
        #expect(try paths(notes) == [".git/config", "a.md", "deep/b.txt"])
    }

    @Test func `what is no file, or not there, or the spool itself is named, and the rest goes on`() async throws {
        try SpecialFiles.makePipe(at: notes.appending("pipe"))
        try FileManager.default.createSymbolicLink(
            atPath: notes.appending("link.txt").string, withDestinationPath: "/etc/hosts")
        let outcome = try await drop(
            notes.string, scratch.path.appending("missing.txt").string, inbox.string, "/", "--json")
        #expect(outcome.status == .exited(65))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any], "\(outcome.error)")
        #expect(object["files"] as? Int == 2)
        let refused = try #require(object["refused"] as? [[String: String]])
        let names = refused.map { FilePath($0["path"] ?? "").lastComponent?.string ?? "/" }
        #expect(names == ["link.txt", "pipe", "missing.txt", "inbox", "/"])
        #expect(try paths(inbox) == ["notes/a.md", "notes/deep/b.txt"])
    }

    @Test func `leftovers of a killed drop go with the next one, and those of a running one stay`() async throws {
        let process = ProcessIdentity.current
        let running = inbox.appending("x.txt.vectorspool-dropping-\(process.number)-\(process.start ?? 0)-a")
        try write("spool/inbox/notes.vectorspool-dropping-4194304-77-a/a.md", "half")
        try AtomicFile.replaceVolatile([1], at: running)
        _ = try await drop(notes.string)
        #expect(try Directory.entries(of: inbox).map(\.name.string) == ["notes", running.lastComponent?.string])
    }

    @Test func `what the daemon would take nothing out of is refused`() async throws {
        let outcome = try await drop(notes.string, "--into", "x.vectorspool-y/z")
        #expect(outcome.status == .exited(65))
        #expect(outcome.error.contains("takes nothing out of the folder x.vectorspool-y/z"), "\(outcome.error)")
        #expect(try paths(inbox).isEmpty)
    }

    @Test(arguments: [("/", 64), ("../x", 64), ("", 64)])
    func `a folder that is not below the inbox is refused`(folder: String, code: Int32) async throws {
        #expect(try await drop(notes.string, "--into", folder).status == .exited(code))
        #expect(try paths(inbox).isEmpty)
    }

    @Test(arguments: ["q", "q/sub", "link", "link/sub"])
    func `what is no folder receives nothing, and is named`(folder: String) async throws {
        try write("spool/inbox/q", "a file")
        try SpecialFiles.makeLink(to: notes.string, at: inbox.appending("link"))
        let outcome = try await drop(notes.string, "--into", folder)
        let place = inbox.appending(String(folder.split(separator: "/")[0]))
        expectFailure(outcome, 73, naming: "\(place) is no folder", "--into")
        #expect(try Directory.entries(of: inbox).map(\.name.string) == ["link", "q"])
    }

    @Test func `of two files with one name the second stays where it is, and is named with the first`() async throws {
        try write("other/a.md", "another whale")
        let (first, second) = (notes.appending("a.md").string, scratch.path.appending("other").appending("a.md").string)
        let outcome = try await drop(first, second, first)
        #expect(outcome.status == .exited(65))
        #expect(outcome.error.hasPrefix("not handed over: \(second): \(first) has the same name"), "\(outcome.error)")
        #expect(outcome.text.hasPrefix("Handed over 1 file (7 bytes) to \(inbox)/a.md"), "\(outcome.text)")
        #expect(try paths(inbox) == ["a.md"])
    }

    @Test func `a source that is not there, and one in which nothing is, are told in plain words`() async throws {
        let missing = try await drop(scratch.path.appending("no.txt").string, notes.appending("a.md/b").string)
        #expect(missing.status == .exited(65))
        #expect(
            missing.error.components(separatedBy: ": there is no such file or folder\n").count == 3, "\(missing.error)")
        #expect(missing.text == "Nothing was handed over.\n")
        let empty = try await drop(notes.appending("empty").string)
        #expect(empty.text == "Nothing was handed over: there is no file that the daemon takes.\n")
        #expect(try paths(inbox) == [])
    }

    @Test func `without an inbox it says what to do`() async throws {
        try Directory.removeTree(spool)
        let outcome = try await drop(notes.string)
        #expect(outcome.status == .exited(66))
        #expect(outcome.error.contains("start the daemon once"), "\(outcome.error)")
    }

    @Test func `--wait says that no daemon runs, after the files are handed over`() async throws {
        let outcome = try await drop(notes.string, "--wait")
        #expect(outcome.status == .exited(75))
        #expect(try paths(inbox) == ["notes/a.md", "notes/deep/b.txt"])
    }
}
