import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The output of the programs is safe for a terminal")
struct CommandLineExitTests {
    /// Arguments cannot contain a zero byte.
    private static let samples = HostileText.samples.filter { !$0.utf8.contains(0) }

    private func expectTame(
        _ outcome: CommandLineTool.Outcome, _ code: Int32, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == .exited(code), "\(outcome.error)", sourceLocation: sourceLocation)
        #expect(HostileText.faults(in: outcome.output) == [], sourceLocation: sourceLocation)
        #expect(HostileText.faults(in: outcome.error.utf8) == [], sourceLocation: sourceLocation)
        #expect(outcome.error.contains("\\") || code == 0, "an escape", sourceLocation: sourceLocation)
    }

    @Test("errors about files with hostile names", arguments: [samples[0], samples[8], samples[10], samples[3]])
    func missing(text: String) async throws {
        let path = "/nonexistent-" + text
        let model = SampleFiles.model.string
        expectTame(try await CommandLineTool.search("info", "--index", path), 66)
        expectTame(try await CommandLineTool.search("search", "x", "--index", path, "--model", model), 66)
        expectTame(try await CommandLineTool.search("verify", "--index", path), 66)
        expectTame(try await CommandLineTool.search("status", "--spool", path), 66)
        expectTame(try await CommandLineTool.search("quantize", "--precision", "binary", path, "/dev/null"), 66)
        expectTame(try await CommandLineTool.search("info", "--index", "x", "--" + text), 64)
        expectTame(try await CommandLineTool.daemon("--config", path), 78)
        expectTame(try await CommandLineTool.daemon("--" + text), 64)
    }

    @Test("a dropped file with direction controls in its name, from the log to the hit")
    func turned() async throws {
        let scratch = try ScratchDirectory()
        let spool = scratch.path.appending("spool")
        let inbox = spool.appending("inbox")
        try Directory.create(inbox)
        for name in ["n\u{202E}txt.exe", "n\u{202E}\u{9B}2J.txt", "second.txt", "third.txt"] {
            try AtomicFile.replaceVolatile(Array("whales \u{1B}]0;owned\u{7}\n".utf8), at: inbox.appending(name))
        }
        let model = SampleFiles.model.string
        let index = spool.appending("index").string
        let daemon = try await CommandLineTool.daemon("--spool", spool.string, "--model", model, "--once")
        #expect(HostileText.faults(in: daemon.error.utf8) == [])
        #expect(daemon.error.contains("n\\u{202e}txt.exe"))
        for arguments in [["search", "whales", "--model", model], ["search", "whales", "--model", model, "--json"]] {
            let outcome = try await CommandLineTool.search.run(arguments + ["--index", index])
            expectTame(outcome, 0)
            #expect(outcome.text.contains("u{202e}"))
        }
        try AtomicFile.replaceVolatile([1], at: FilePath(index).appending("\u{1B}[2J\u{202E}.tmp"))
        for arguments in [["info"], ["verify"], ["info", "--json"], ["verify", "--json"]] {
            expectTame(try await CommandLineTool.search.run(arguments + ["--index", index]), 0)
        }
    }

    @Test("a status page with hostile contents", arguments: [[], ["--json"]] as [[String]])
    func status(options: [String]) async throws {
        let index = try await SampleIndex()
        let page = index.spool.appending(".runtime").appending("status.json")
        var text = String(decoding: try FileContents.read(page), as: UTF8.self)
        let name = """
            {"path": "a\\u001b\u{202E}", "state": "blocked", "reason": "b\u{9B}\\u001b", "since": ""}
            """
        text = text.replacing(/"listed" : \[\s*\]/, with: "\"listed\" : [\(name)]")
        try AtomicFile.replaceVolatile(Array(text.utf8), at: page)
        let outcome = try await CommandLineTool.search.run(["status", "--spool", index.spool.string] + options)
        expectTame(outcome, 0)
        #expect(outcome.text.contains("202e"))
    }

    @Test(
        "the unknown option is named first",
        arguments: [
            ["search", "--queries", "F", "--mode", "x", "--index", "/nonexistent"],
            ["encode", "--output", "o", "--precision", "int8", "--mode", "x"],
            ["calibrate", "--output", "o", "--mode", "x"],
            ["quantize", "--precision", "int8", "--mode", "x", "a", "b"],
            ["info", "--index", "/nonexistent", "--mode", "x"],
            ["verify", "--index", "/nonexistent", "--mode", "x"], ["status", "--mode", "x"],
        ])
    func unknownOption(arguments: [String]) async throws {
        expectFailure(try await CommandLineTool.search.run(arguments), 64, naming: "--mode")
    }

    @Test(
        "a query that begins with a dash is told where to go, with the name that is meant, and other commands say nothing of it"
    )
    func dash() async throws {
        let advice = "If it belongs to the query, put the query after --,"
        expectFailure(
            try await CommandLineTool.search("search", "-bidirectional"), 64,
            naming: "Unknown option '-bidirectional'. " + advice, "Usage: vectorspool search")
        expectFailure(
            try await CommandLineTool.search("search", "x", "--literall"), 64,
            naming: "Did you mean '--literal'? " + advice)
        for arguments in [["info", "-bidirectional"], ["search", "x", "--mode", "bad"]] {
            let outcome = try await CommandLineTool.search.run(arguments)
            expectFailure(outcome, 64)
            #expect(!outcome.error.contains("belongs to the query"), "\(outcome.error)")
        }
    }

    @Test(
        "a word that is no command is named, with the one that is meant",
        arguments: [
            (["serch", "x"], "'serch'; did you mean 'search'?"), (["help", "serch"], "did you mean 'search'?"),
            (["flsh", "--wait"], "did you mean 'flush'?"), (["help", "nope"], "There is no command 'nope'."),
            (["\u{202E}"], "There is no command '\\u{202e}'"),
        ])
    func unknownCommand(arguments: [String], words: String) async throws {
        let outcome = try await CommandLineTool.search.run(arguments)
        expectFailure(outcome, 64, naming: words, "vectorspool --help")
        #expect(try await CommandLineTool.search.run(["help", "search"]).status == .exited(0))
    }

    @Test(
        "conflicting options are refused with the usage of the command",
        arguments: [
            (["search", "--index", "/nonexistent"], "--queries"), (["search", "", "--index", "/nonexistent"], "empty"),
            (["search", " \n", "--index", "/nonexistent"], "empty"),
            (["encode", "--output", "o", "--precision", "int8"], "--ranges"),
            (["calibrate", "--output", "o"], "--embeddings"),
            (["search", "x", "-k", "0", "--index", "/nonexistent"], "-k 0"),
        ])
    func notTogether(arguments: [String], reason: String) async throws {
        let outcome = try await CommandLineTool.search.run(arguments)
        expectFailure(outcome, 64, naming: reason, "Usage: vectorspool \(arguments[0])")
    }

    @Test("where nothing is set up yet, the way to do so comes first, with the usage of the command")
    func notSetUp() async throws {
        let search = try await CommandLineTool.search("info")
        expectFailure(search, 64, naming: "that names one: 'vectorspool init' sets up", "Usage: vectorspool info")
        let status = try await CommandLineTool.search("status")
        expectFailure(status, 78, naming: "no spool is given: 'vectorspool init' sets up")
    }
}
