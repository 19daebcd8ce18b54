import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What the daemon leaves in the inbox: it is told of, and nothing happens to it.
@Suite("what stays in the inbox", .timeLimit(.minutes(10)))
struct LeftInTheInboxTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var inbox: FilePath { spool.appending("inbox") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("spool").appending("inbox"))
    }

    /// An entry of `listed` in status.json.
    private struct Listed: Decodable {
        let path, state, reason, since: String
        let pattern, list, program: String?
    }

    private struct Page: Decodable {
        struct Inbox: Decodable {
            let listed: [Listed]
            let ignored, left, empty: Int
        }
        let state: String
        let failed_files: Int
        let inbox: Inbox
    }

    private func page() throws -> Page {
        try JSONDecoder().decode(
            Page.self, from: Data(try FileContents.read(spool.appending(".runtime").appending("status.json"))))
    }

    private func write(_ name: String, _ text: String) throws {
        try AtomicFile.replaceVolatile(Array(text.utf8), at: inbox.appending(name))
    }

    private var arguments: [String] {
        get throws {
            let ranges = scratch.path.appending("ranges.npy")
            let ones = Array(repeating: Float(1), count: 40)
            try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
            return ["--spool", spool.string, "--model", SampleFiles.model.string, "--ranges", ranges.string]
        }
    }

    private func once(_ variables: [Environment.Key: String?] = [:]) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.daemon.run(try arguments + ["--once"], variables: variables)
    }

    /// Runs the daemon while `body` runs.
    private func withDaemon(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let environment = DaemonProcess.environment.updating(["VECTORSPOOL_MODEL_DIRECTORY": nil])
        let status = try await DaemonProcess.run(
            try CommandLineTool.daemon.path, try arguments, environment: environment, body)
        #expect(status == .exited(0))
    }

    private func wait(_ condition: @Sendable (Page) -> Bool) async throws {
        while true {
            if let page = try? page(), condition(page) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func isDone(_ name: String) throws -> Bool {
        try OtherPrograms.names(below: spool.appending("done")).contains(name)
    }

    @Test(
        "case 18 editors: what editors and offices keep beside a file is left alone, and the status names the program and the pattern"
    )
    func foreignNames() async throws {
        let foreign = [
            "#draft.md#": "Emacs", "~$draft.txt": "Microsoft Office",
            "notes.txt~": "Emacs, Vim, gedit, Kate and others",
        ]
        for name in foreign.keys { try write(name, "Kept by a program.") }
        try SpecialFiles.makeLink(to: "anna@host.1234", at: inbox.appending(".#draft.md"))
        try write(".hidden.txt", "Hidden.")
        try write("draft.md", "A whale in the harbour.")
        let outcome = try await once()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("indexed 1 file:"), "\(outcome.text)")
        #expect(outcome.text.contains("left in the inbox, ignored: 5\n"), "\(outcome.text)")
        let names = try Directory.entries(of: inbox).map(\.name.string).sorted()
        #expect(names == ["#draft.md#", ".#draft.md", ".hidden.txt", "notes.txt~", "~$draft.txt"])
        let page = try page()
        #expect(page.inbox.ignored == 5)
        let listed = Dictionary(uniqueKeysWithValues: page.inbox.listed.map { ($0.path, $0) })
        for (name, program) in foreign {
            #expect(listed[name]?.state == "ignored" && listed[name]?.program == program, "\(name)")
            #expect(listed[name]?.list == "built in")
        }
        #expect(listed[".hidden.txt"]?.pattern == ".*")
        #expect(listed[".hidden.txt"]?.list == "spool.ignore")
        #expect(listed[".#draft.md"]?.program == "Emacs")
    }

    @Test(
        "case 16 links: links to a folder and to a file stay where they lead somewhere, and are told of in words that fit"
    )
    func links() async throws {
        let notes = scratch.path.appending("notes")
        try Directory.create(notes)
        try AtomicFile.replaceVolatile(Array("Secret.".utf8), at: notes.appending("a.txt"))
        try SpecialFiles.makeLink(to: "../../notes", at: inbox.appending("vault"))
        try SpecialFiles.makeLink(to: "../../notes/a.txt", at: inbox.appending("a.txt"))
        try SpecialFiles.makeLink(to: "/nowhere", at: inbox.appending("lost.txt"))
        try SpecialFiles.makePipe(at: inbox.appending("pipe"))
        let outcome = try await once()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("indexed 0 files"), "\(outcome.text)")
        #expect(try FileContents.read(inbox.appending("vault").appending("a.txt")) == Array("Secret.".utf8))
        #expect(try FileContents.read(inbox.appending("a.txt")) == Array("Secret.".utf8))
        #expect(try Directory.entries(of: spool.appending("failed")).isEmpty)
        let page = try page()
        #expect(page.inbox.left == 4)
        #expect(page.inbox.listed.map(\.state) == ["left", "left", "left", "left"])
        #expect(page.inbox.listed.filter { $0.path != "pipe" }.allSatisfy { $0.reason.contains("a link") })
        #expect(outcome.error.contains("left alone: a link"), "the log says so too")
    }

    @Test("case 01 placeholder: an empty file waits in the inbox, and what is written to it is indexed")
    func placeholder() async throws {
        try await withDaemon { [self] in
            try await wait { $0.state == "ready" }
            try write("0-byte.txt", "")
            try await wait { $0.inbox.empty == 1 }
            let listed = try #require(try page().inbox.listed.first)
            #expect(listed.path == "0-byte.txt" && listed.state == "empty" && listed.reason.hasPrefix("empty, waiting"))
            // Allocated beforehand, as some copy programs do, and moved in.
            let scratch = scratch.path.appending("allocated")
            let file = try OwnedDescriptor.open(scratch, OpenFlags.newFile)
            try file.write(Array(repeating: UInt8(0), count: 70_000).rawSpan)
            try file.close()
            try Directory.rename(scratch, to: inbox.appending("allocated.txt"))
            try await wait { $0.inbox.empty == 2 }
            try OtherPrograms.append("A whale in the sea.", to: inbox.appending("0-byte.txt"))
            while try !isDone("0-byte.txt") { try await Task.sleep(for: .milliseconds(20)) }
            try OtherPrograms.overwrite(inbox.appending("allocated.txt"), with: "A train to Bergen.")
            while try !isDone("allocated.txt") { try await Task.sleep(for: .milliseconds(20)) }
            try await wait { $0.inbox.empty == 0 }
        }
        #expect(try page().failed_files == 0)
        #expect(try Directory.entries(of: spool.appending("failed")).isEmpty)
    }

    @Test("an empty file that stays empty is refused after its time, and --once does not wait for that")
    func staysEmpty() async throws {
        try write("a.txt", "")
        let first = try await once()
        #expect(first.status == .exited(0), "\(first.error)")
        #expect(first.text.contains("empty and perhaps about to be filled: 1\n"), "\(first.text)")
        #expect(FileStatus.exists(inbox.appending("a.txt")))
        let second = try await once(["VECTORSPOOL_SPOOL_EMPTY_SECONDS": "0"])
        #expect(second.status == .exited(65), "\(second.error)")
        #expect(second.error.contains("E_EMPTY"), "\(second.error)")
        #expect(!FileStatus.exists(inbox.appending("a.txt")))
    }
}

/// What other programs do with files.
private enum OtherPrograms {
    /// Appends in place, as `>>` does.
    static func append(_ line: String, to path: FilePath) throws {
        let file = try OwnedDescriptor.open(path, OpenFlags.append)
        try file.write(Array((line + "\n").utf8).rawSpan)
        try file.close()
    }

    /// Replaces the contents in place, as `>` does.
    static func overwrite(_ path: FilePath, with text: String) throws {
        let file = try OwnedDescriptor.open(path, O_WRONLY | O_TRUNC)
        try file.write(Array(text.utf8).rawSpan)
        try file.close()
    }

    /// The names of the files below a folder.
    static func names(below folder: FilePath) throws -> Set<String> {
        guard FileStatus.exists(folder) else { return [] }
        var found: Set<String> = []
        for entry in try Directory.entries(of: folder) {
            let path = folder.appending(entry.name)
            if entry.kind == .directory {
                found.formUnion(try names(below: path))
            } else {
                found.insert(entry.name.string)
            }
        }
        return found
    }
}
