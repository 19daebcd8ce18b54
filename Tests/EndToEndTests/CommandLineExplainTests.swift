import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("What became of a file, told by the commands", .timeLimit(.minutes(2)))
struct CommandLineExplainTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var variables: [Environment.Key: String?] {
        ["VECTORSPOOL_SPOOL_DIRECTORY": spool.string, "VECTORSPOOL_MODEL_DIRECTORY": SampleFiles.model.string]
    }

    init() throws {
        scratch = try ScratchDirectory()
        // Ranges are made from the first two passages.
        try drop("other/first.txt", "one two three")
        try drop("other/second.txt", "four five six")
    }

    private func drop(_ path: String, _ bytes: [UInt8]) throws {
        let file = spool.appending("inbox").appending(path)
        try Directory.create(file.removingLastComponent())
        try AtomicFile.replaceVolatile(bytes, at: file)
    }

    private func drop(_ path: String, _ text: String) throws { try drop(path, Array(text.utf8)) }

    private func index() async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
    }

    private func command(_ words: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(words, variables: variables)
    }

    @Test func `a file is explained from every place that it has had`() async throws {
        try drop("notes/sea.md", "The harbour crane lifts the boats out of the sea in October.")
        #expect(try await index().status == .exited(0))
        try drop("notes/sea.md", "The harbour crane was sold, and the boats stay in the sea.")
        #expect(try await index().status == .exited(0))
        let done = spool.appending("done").appending("notes/sea.md")
        for path in ["notes/sea.md", done.string, "./notes/../notes/sea.md"] {
            let outcome = try await command("explain", path)
            #expect(outcome.status == .exited(0), "\(outcome.error)")
            #expect(outcome.text.hasPrefix("notes/sea.md: indexed: 1 document, 2 passages, generation 3\n"))
            #expect(outcome.text.contains("original      \(done)"))
            #expect(outcome.text.contains("older version"))
            #expect(
                outcome.text.contains("indexed: 1 document, 2 passages added in place of 1 document"), "\(outcome.text)"
            )
            #expect(outcome.text.components(separatedBy: "Z  indexed: 1 document, ").count == 3, "\(outcome.text)")
        }
        let line = try await command("explain", "notes/sea.md", "--json").text
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(json["state"] as? String == "indexed")
        #expect((json["history"] as? [Any])?.count == 2)
        #expect((json["places"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["done", "replaced"])

        let search = try await CommandLineTool.search.run(
            ["search", "harbour crane", "--json", "-k", "9"], variables: variables)
        let other = spool.appending("done").appending("other/first.txt")
        #expect(search.text.contains("\"path\":\"\(done)\"}") && search.text.contains("\"path\":\"\(other)\"}"))
        try Directory.removeFile(done)
        let gone = try await CommandLineTool.search.run(
            ["search", "harbour crane", "--json", "-k", "9"], variables: variables)
        #expect(!gone.text.contains(done.string) && gone.text.contains("\"path\":null}"))
    }

    @Test func `a failure is listed, explained and retried at its own path`() async throws {
        try drop("x/bad.txt", [0x61, 0xFF])
        try drop("y/bad.txt", [0x62, 0xFF])
        #expect(try await index().status == .exited(65))
        let list = try await command("failed")
        #expect(list.text.contains("x/bad.txt") && list.text.contains("y/bad.txt") && list.text.contains("2 files."))
        #expect(try await command("failed", "--json").lines.count == 2)
        let explained = try await command("explain", "x/bad.txt")
        #expect(explained.text.hasPrefix("x/bad.txt: failed\n"))
        #expect(explained.text.contains("vectorspool retry x/bad.txt"))

        let failed = spool.appending("failed").appending("x/bad.txt")
        try AtomicFile.replaceVolatile(Array("mended".utf8), at: failed)
        let retried = try await command("retry", "x/bad.txt")
        #expect(retried.status == .exited(0), "\(retried.error)")
        #expect(retried.text == "x/bad.txt is back in the inbox\n")
        #expect(try await command("explain", "x/bad.txt").text.hasPrefix("x/bad.txt: waits in the inbox\n"))
        #expect(try await index().status == .exited(0))
        #expect(try await command("explain", "x/bad.txt").text.hasPrefix("x/bad.txt: indexed"))

        try drop("y/bad.txt", "newer")
        let blocked = try await command("retry", "--all")
        #expect(blocked.status == .exited(65))
        #expect(blocked.error.contains("a newer file waits"))
    }

    @Test func `wrong calls say what to do`() async throws {
        try drop("a.txt", "one two three")
        #expect(try await index().status == .exited(0))
        let unknown = try await command("explain", "no.txt")
        #expect(unknown.status == .exited(1))
        #expect(unknown.text.contains("nothing is known of it"))
        try drop(".hidden", "x")
        #expect(try await command("explain", ".hidden").text.contains("it matches the pattern .* of spool.ignore"))
        let none = try await command("retry", "no.txt")
        #expect(none.status == .exited(65))
        #expect(none.error.contains("no such file has failed"))
        #expect(try await command("retry").status == .exited(64))
        #expect(try await command("retry", "a", "--all").status == .exited(64))
        let elsewhere = try await CommandLineTool.search("failed", "--spool", scratch.path.appending("none").string)
        #expect(elsewhere.status == .exited(66))
    }
}
