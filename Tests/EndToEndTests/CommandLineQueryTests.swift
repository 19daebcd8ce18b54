import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("The query of vectorspool search")
struct CommandLineQueryTests {
    private static func names(_ outcome: CommandLineTool.Outcome) throws -> [String] {
        try outcome.lines.map { line in
            let hit = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(hit?["document"] as? String)
        }.sorted()
    }

    private static let all = [
        "empty query.txt", "notes/pets.txt", "notes/storage.md", "objects.jsonl#2", "objects.jsonl#one", "sea.txt",
    ]

    @Test(
        "conditions leave the passages that they describe, in every mode",
        arguments: [
            (["+sea swim"], ["objects.jsonl#one", "sea.txt"]), (["sea", "+whales"], ["sea.txt"]),
            (["\"the sea\""], ["objects.jsonl#one", "sea.txt"]), (["\"deep of the sea\""], ["sea.txt"]),
            (["sea -\"deep of\" +sea"], ["objects.jsonl#one"]), (["sea year:1851"], ["objects.jsonl#one"]),
            (["the sea path:*.txt -cats +sea"], ["sea.txt"]), (["document:sea.txt:1 sea"], ["sea.txt"]),
        ])
    func conditions(query: [String], expected: [String]) async throws {
        let index = try await SampleIndex()
        for mode in ["hybrid", "semantic", "lexical"] {
            let outcome = try await CommandLineTool.search.run(
                [
                    "search", "--index", index.directory.string, "--model", SampleFiles.model.string, "--json",
                    "--mode", mode,
                ] + query)
            #expect(try Self.names(outcome) == expected, "\(mode): \(outcome.error)")
        }
        let count = try await CommandLineTool.search.run(
            ["search", "--index", index.directory.string, "--model", SampleFiles.model.string, "--count"] + query)
        #expect(count.text.hasPrefix("\(expected.count) passage"), "\(count.error)")
    }

    @Test("text that looks like operators, and --literal, find every passage")
    func literal() async throws {
        let index = try await SampleIndex()
        for query in [
            ["--literal", "+whale -sea"], ["C++ error: x"], ["--", "-whale"], ["--", "-O2"], ["a", "ship"],
        ] {
            let outcome = try await CommandLineTool.search.run(
                ["search", "--index", index.directory.string, "--model", SampleFiles.model.string, "--json"] + query)
            #expect(try Self.names(outcome) == Self.all, "\(query): \(outcome.error)")
        }
    }

    @Test("a prompt is read by the encoder alone: the score is that of both, and its words mark nothing")
    func prompt() async throws {
        let index = try await SampleIndex()
        let joined = try await index.search("--json", "--mode", "semantic", "a story: whales in the deep")
        let behind = try await index.search(
            "--json", "--mode", "semantic", "--prompt", "a story: ", "whales in the deep")
        func scores(_ outcome: CommandLineTool.Outcome) throws -> [String] {
            try outcome.lines.map { try #require($0.firstMatch(of: /"score":[0-9.e-]+/)).output.description }
        }
        #expect(try scores(joined) == scores(behind))
        let words = try await index.search("--mode", "lexical", "--prompt", "cats ", "--json", "whales")
        #expect(try Self.names(words) == ["sea.txt"])
    }

    @Test("conditions alone list what meets them")
    func listing() async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("--json", "path:notes")
        #expect(try Self.names(outcome) == ["notes/pets.txt", "notes/storage.md"])
    }

    @Test("nothing found names the conditions, and a name that is nowhere is told")
    func nothing() async throws {
        let index = try await SampleIndex()
        expectFailure(
            try await index.search("sea +whale -sea"), 1, naming: "nothing found", "+whale -sea", "--literal")
        expectFailure(try await index.search("document:nowhere.md"), 1, naming: "no document is named nowhere.md")
    }

    @Test("a file or folder of the disk as the last word is told how it is searched in")
    func place() async throws {
        let index = try await SampleIndex()
        func error(_ arguments: [String]) async throws -> String {
            try await CommandLineTool.search.shell(
                "cd \(index.spool)/done && exec \"$0\" search --mode lexical --index ../index \"$@\"", arguments
            ).error
        }
        let folder = "note: 'notes/' is searched for as words; to search within a folder give --path 'notes/**'\n"
        #expect(try await error(["sea", "notes/"]) == folder)
        #expect(try await error(["sea notes/"]) == "")
        #expect(try await error(["notes/"]).hasSuffix(folder))
        let file = "note: 'sea.txt' is searched for as words; to search within a file give --path sea.txt\n"
        #expect(try await error(["sea", "sea.txt"]) == file)
        for words in [["sea", "notes"], ["sea", "nowhere/"], ["notes/", "sea"], ["sea", "."], ["sea", "../done"]] {
            #expect(try await error(words) == "", "\(words)")
        }
        #expect(try await error(["+sea", "sea.txt"]) == "")
        #expect(try await error(["sea", "sea.txt", "--path", "sea.txt"]) == "")
    }

    @Test("of long conditions that nothing meets the beginning is told")
    func longConditions() async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("sea \"" + String(repeating: "whale ", count: 500) + "\"")
        expectFailure(outcome, 1, naming: "\"whale whale", "…; --literal searches for them as text")
        #expect(outcome.error.count < 500, "\(outcome.error)")
    }

    @Test("queries of a file have operators too")
    func file() async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search.run(
            [
                "search", "--index", index.directory.string, "--model", SampleFiles.model.string, "--json", "--queries",
                "-",
            ], input: Array("{\"id\":1,\"text\":\"+whale x\"}\n{\"id\":2,\"text\":\"year:1851\"}\n".utf8))
        #expect(try Self.names(outcome) == ["objects.jsonl#one", "sea.txt"])
    }

    @Test("an empty query ends with 64", arguments: [[""], [" ", "\t"], [], ["--queries", "-", "x"]])
    func usage(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(["search", "--index", "/nonexistent"] + arguments)
        #expect(outcome.status == .exited(64), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("hits show their best sentence with its words marked, and what is around it")
    func showing() async throws {
        let index = try await SampleIndex()
        let people = try await index.search("+floating storage", "--color", "always")
        #expect(
            people.text.contains("than \u{1B}[1;33mfloats\u{1B}[0m."), "\(people.text.debugDescription)")
        #expect(people.text.contains("# \u{1B}[1;33mStorage\u{1B}[0m Int8"))
        let hit = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try await index.search("+storage floats", "--format", "json", "--context", "1").output))
                as? [String: Any])
        #expect(hit["snippet"] as? String == "Int8 vectors use less storage than floats.")
        #expect(hit["matches"] as? [[Int]] == [[2, 9], [33, 40], [46, 52]])
        let context = try #require(hit["context"] as? [String: Any])
        #expect(context["lines"] as? [Int] == [2, 3])
        #expect(context["text"] as? String == "\nInt8 vectors use less storage than floats.")
        let lines = try await index.search("+storage floats", "--context", "9")
        #expect(lines.text.hasSuffix("     1-# Storage\n     2-\n     3:Int8 vectors use less storage than floats.\n"))
        let full = try await index.search("+storage floats", "--full")
        #expect(full.text.hasSuffix("     # Storage\n     \n     Int8 vectors use less storage than floats.\n"))
        let vim = try await index.search("+storage floats", "--format", "vimgrep")
        #expect(vim.text == "notes/storage.md:3:23:Int8 vectors use less storage than floats.\n")
    }

    @Test("a version is found with a v before it or without, and a code of which other texts have a part")
    func codes() async throws {
        let scratch = try ScratchDirectory()
        let inbox = scratch.path.appending("spool/inbox")
        try Directory.create(inbox)
        let texts = [
            "a.txt": "We use release 4.2.1 here.\n", "b.txt": "The fix is in v7.0.3 of it.\n",
            "c.txt": "Part 20, 20 and 20: 20.\n",
            "d.txt": "The bolt in the long list of all parts of the pump is an M6x20 bolt.\n",
        ]
        for (name, text) in texts { try AtomicFile.replaceVolatile(Array(text.utf8), at: inbox.appending(name)) }
        let model = ["--model", SampleFiles.model.string]
        let spool = scratch.path.appending("spool")
        let daemon = try await CommandLineTool.daemon.run(["--spool", spool.string, "--once"] + model)
        try #require(daemon.status.isSuccess, "\(daemon.error)")
        for (query, name) in [("v4.2.1", "a.txt"), ("4.2.1", "a.txt"), ("7.0.3", "b.txt"), ("M6x20", "d.txt")] {
            let outcome = try await CommandLineTool.search.run(
                ["search", "--index", spool.appending("index").string, "--mode", "lexical", "--json", query] + model)
            let first = try #require(outcome.lines.first, "\(query): \(outcome.error)")
            #expect(first.contains("\"document\":\"\(name)\""), "\(query): \(outcome.text)")
            #expect(first.contains("\"matches\":[["), "\(query): \(outcome.text)")
        }
    }

    @Test("an object of JSON Lines is found on its line of the file")
    func lineOfFile() async throws {
        let index = try await SampleIndex()
        let configuration = index.scratch.path.appending("vectorspool.yaml")
        let settings = "spool:\n  directory: \(index.spool)\nindex:\n  directory: \(index.directory)\n"
        try AtomicFile.replaceVolatile(Array(settings.utf8), at: configuration)
        func search(_ arguments: String...) async throws -> CommandLineTool.Outcome {
            try await CommandLineTool.search.run(
                ["search", "--config", configuration.string, "--model", SampleFiles.model.string] + arguments)
        }
        let file = index.spool.appending("done/objects.jsonl").string
        let vim = try await search("+train", "--format", "vimgrep")
        #expect(vim.text == "\(file):2:1:A train\n", "\(vim.error)")
        let people = try await search("+train")
        #expect(people.text.contains("     \(file):2\n"), "\(people.text)")
        let json = try await search("+train", "--json")
        #expect(json.text.contains(#","file_line":2,"#), "\(json.text)")
        let shown = try await CommandLineTool.search.run(
            ["show", "--config", configuration.string, index.spool.appending("done/notes/pets.txt").string])
        #expect(
            shown.text == "Cats and dogs live together.\n", "the path that a hit has names its document: \(shown.error)"
        )
        let whole = try await search("+whale", "--json")
        #expect(whole.text.contains("done/sea.txt\"") && !whole.text.contains("file_line"), "\(whole.text)")
    }

    @Test(
        "forms that do not go together end with 64",
        arguments: [
            ["--full", "--context", "1"], ["--context", "-1"], ["--json", "--format", "vimgrep"], ["--color", "blue"],
        ])
    func forms(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(["search", "x", "--index", "/nonexistent"] + arguments)
        #expect(outcome.status == .exited(64), "\(outcome.error)")
    }

    @Test("explanations add up to the score, and tell what was read", arguments: ["hybrid", "semantic", "lexical"])
    func explain(mode: String) async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("storage +sea", "--mode", mode, "--json", "--explain")
        let lines = try outcome.lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        try #require(lines.count == 3)
        for hit in lines.dropLast() {
            let explained = try #require(hit["explain"] as? [String: Any])
            let words = try #require(explained["words"] as? [[String: Any]])
            let sum = words.reduce(explained["cosine"] as? Double ?? 0) { $0 + ($1["weight"] as? Double ?? 0) }
            #expect(abs(sum - (hit["score"] as? Double ?? 0)) < 1e-9)
            #expect(words.map { $0["term"] as? String } == (mode == "semantic" ? [] : ["sea"]))
            #expect((explained["cosine"] is Double) == (mode != "lexical"))
        }
        let query = try #require(lines.last?["explain"] as? [String: Any])
        #expect(lines.last?["query"] as? String == "storage +sea")
        #expect(query["conditions"] as? [String] == ["+sea"])
        // Rows beside one another are scanned in one go.
        #expect((query["rows_scanned"] as? Int ?? 0 >= 2) == (mode != "lexical"))
        #expect((query["terms"] as? [Any])?.count == (mode == "semantic" ? 0 : 2))
        #expect((query["seconds"] as? [String: Any])?.count == 4)
        let people = try await index.search("storage +sea", "--mode", mode, "--explain")
        #expect(people.text.contains("     = "))
        #expect(people.text.contains("     conditions  +sea: the text of 0 passages was read\n     scanned     "))
        #expect(people.text.contains(" ms\n"))
    }
}
