import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The pager of vectorspool search and show")
struct CommandLinePagerTests {
    /// A terminal, and a pager that keeps what it got and says so on the terminal at its end.
    private struct Desk {
        let index: SampleIndex
        let terminal: PseudoTerminal
        /// The command of the pager.
        let pager: String

        init() async throws {
            index = try await SampleIndex()
            terminal = try PseudoTerminal(columns: 70)
            let script = index.scratch.path.appending("pager")
            let lines = """
                cat > '\(index.scratch.path)/got'
                echo "paged $LESS $1"
                exit 3
                """
            try AtomicFile.replaceVolatile(Array(lines.utf8), at: script)
            pager = "sh \(script) given"
        }

        /// What the pager got; nil where it was not started.
        var got: String? {
            (try? FileContents.read(index.scratch.path.appending("got"))).map { String(decoding: $0, as: UTF8.self) }
        }

        /// Runs the program on the terminal; the terminal shows `shown`.
        func run(
            _ arguments: [String], _ variables: [Environment.Key: String?], input: String = ""
        ) async throws -> (status: TerminationStatus, shown: String, error: String) {
            let environment = Environment.inherit.updating([
                "VECTORSPOOL_CACHE": try CommandLineTool.cache, "VECTORSPOOL_CONFIG": nil, "HOME": "/nonexistent",
                "XDG_CONFIG_HOME": nil, "TERM": "xterm", "NO_COLOR": nil, "LESS": nil, "PAGER": nil,
                "VECTORSPOOL_PAGER": nil,
            ]).updating(variables)
            // A file rather than a pipe, which a program that ends without reading it would break.
            let file = index.scratch.path.appending("input")
            try AtomicFile.replaceVolatile(Array(input.utf8), at: file)
            let result = try await Subprocess.run(
                .path(CommandLineTool.search.path), arguments: Arguments(arguments), environment: environment,
                input: .fileDescriptor(try .open(file, .readOnly), closeAfterSpawningProcess: true),
                output: .fileDescriptor(terminal.program, closeAfterSpawningProcess: false),
                error: .string(limit: 1 << 20))
            return (
                result.terminationStatus, try terminal.written().replacing("\r\n", with: "\n"), result.standardError
            )
        }

        func search(_ arguments: String...) -> [String] {
            ["search", "--index", index.directory.string, "--model", SampleFiles.model.string] + arguments
        }
    }

    @Test("hits on a terminal go through it, as they would look there, and the program waits and has its own exit code")
    func search() async throws {
        let desk = try await Desk()
        let outcome = try await desk.run(desk.search("whales in the sea"), ["PAGER": desk.pager])
        #expect(outcome.status == .exited(0))
        #expect(outcome.error == "")
        #expect(outcome.shown == "paged FRX given\n")
        #expect(desk.got?.contains("\u{1B}[36msea.txt\u{1B}[0m") == true, "\(desk.got ?? "-")")
        let own = try await desk.run(desk.search("whales in the sea", "--no-pager"), ["PAGER": desk.pager])
        #expect(own.shown == desk.got)
    }

    @Test("a document on a terminal goes through it; a variable of our own comes first, and LESS stays what it is")
    func show() async throws {
        let desk = try await Desk()
        let outcome = try await desk.run(
            ["show", "sea.txt", "--index", desk.index.directory.string],
            ["PAGER": "/nonexistent/pager", "VECTORSPOOL_PAGER": desk.pager, "LESS": "X"])
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.shown == "paged X given\n")
        #expect(desk.got == "The whale swam into the deep of the sea.\n")
    }

    @Test("it is for what people read, and where they want one")
    func none() async throws {
        let desk = try await Desk()
        let (search, show) = (desk.search("whales"), ["show", "sea.txt", "--index", desk.index.directory.string])
        for (arguments, variables) in [
            (search + ["--no-pager"], [:]), (search + ["--json"], [:]), (search + ["--format", "vimgrep"], [:]),
            (search, ["VECTORSPOOL_PAGER": ""]), (search, ["VECTORSPOOL_PAGER": "cat"]), (search, ["TERM": "dumb"]),
            (desk.search("--queries", "-"), [:]), (show + ["--no-pager"], [:]), (show + ["--json"], [:]),
            (show, ["VECTORSPOOL_PAGER": " "]),
        ] as [([String], [Environment.Key: String?])] {
            let outcome = try await desk.run(
                arguments, ["PAGER": desk.pager].merging(variables) { $1 }, input: "whales\n")
            #expect(outcome.status == .exited(0), "\(outcome.error)")
            #expect(outcome.shown.contains("swam"), "\(arguments)")
            #expect(desk.got == nil, "\(arguments) \(variables)")
        }
        let piped = try await CommandLineTool.search.run(
            search, variables: ["PAGER": "\(desk.pager)", "TERM": "xterm"])
        #expect(piped.text.contains("swam"))
        #expect(desk.got == nil)
    }

    @Test("a file of queries has one", arguments: ["whales\n"])
    func queries(text: String) async throws {
        let desk = try await Desk()
        let file = desk.index.scratch.path.appending("queries.txt")
        try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
        let outcome = try await desk.run(desk.search("--queries", file.string), ["PAGER": desk.pager])
        #expect(outcome.shown == "paged FRX given\n", "\(outcome.error)")
        #expect(desk.got?.contains("# whales") == true)
    }

    @Test(
        "where it cannot be started, the terminal has the text",
        arguments: ["/nonexistent/pager -R", "/nonexistent/pager '-R'"])
    func missing(pager: String) async throws {
        let desk = try await Desk()
        let outcome = try await desk.run(desk.search("whales"), ["PAGER": pager])
        #expect(outcome.status == .exited(0))
        #expect(outcome.shown.contains("swam"), "\(outcome)")
        #expect(outcome.error.isEmpty != pager.contains("'"), "the shell names it: \(outcome.error)")
    }

    @Test("where nothing is found none is started, and the exit code says so")
    func nothing() async throws {
        let desk = try await Desk()
        for arguments in [
            desk.search("+nowhere"), ["show", "nowhere.md", "--index", desk.index.directory.string],
        ] {
            let outcome = try await desk.run(arguments, ["PAGER": desk.pager])
            #expect(outcome.status == .exited(1), "\(outcome.error)")
            #expect(outcome.shown == "" && desk.got == nil)
        }
    }

    @Test("who leaves it early has seen enough", arguments: ["true", "head -c 9 | tail -c 4"])
    func early(pager: String) async throws {
        let desk = try await Desk()
        let spool = desk.index.scratch.path.appending("long")
        try Directory.create(spool.appending("inbox"))
        // More than a pipe holds.
        let text = (0..<3000).map { "Sentence number \($0) is about ships.\n" }.joined()
        try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.appending("inbox").appending("long.txt"))
        let daemon = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        try #require(daemon.status.isSuccess, "\(daemon.error)")
        let outcome = try await desk.run(
            ["show", "long.txt", "--index", spool.appending("index").string], ["PAGER": pager])
        #expect(outcome.status == .exited(0))
        #expect(outcome.error == "")
        #expect(outcome.shown == (pager == "true" ? "" : "nce "))
    }
}
