import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("Many queries, vectors and documents as the query of vectorspool search")
struct CommandLineBatchTests {
    /// A hit of one line of JSON.
    private struct Hit: Equatable {
        let query: String
        let document: String
        let score: Double
    }

    private static func hits(_ outcome: CommandLineTool.Outcome) throws -> [Hit] {
        try outcome.lines.map { line in
            let hit = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return Hit(
                query: try #require(hit["query"] as? String), document: try #require(hit["document"] as? String),
                score: try #require(hit["score"] as? Double))
        }
    }

    /// Searches without a model.
    private static func search(_ index: SampleIndex, _ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(
            ["search", "--index", index.directory.string, "--model", "/nonexistent"] + arguments)
    }

    private static func write(_ bytes: [UInt8], as name: String, in index: SampleIndex) throws -> String {
        let path = index.scratch.path.appending(name)
        try AtomicFile.replaceVolatile(bytes, at: path)
        return path.string
    }

    @Test("whoever sends queries through a pipe gets each answer before the next query")
    func pipe() async throws {
        let index = try await SampleIndex()
        let line = """
            mkfifo "$3/q" "$3/a" || exit 1
            timeout 300 "$0" search --queries "$3/q" --index "$1" --model "$2" --format vimgrep -k 1 > "$3/a" &
            exec 3<> "$3/q" 4< "$3/a"
            echo '+whale' >&3; timeout 300 head -n 1 <&4
            printf '\\n+cats\\n' >&3; timeout 300 head -n 1 <&4
            printf '+int8' >&3; exec 3>&-; cat <&4
            wait $!; echo "status $?"
            """
        let outcome = try await CommandLineTool.search.shell(
            line, index.directory.string, SampleFiles.model.string, index.scratch.path.string)
        #expect(
            outcome.lines.map { $0.prefix { $0 != ":" } } == [
                "sea.txt", "notes/pets.txt", "notes/storage.md", "status 0",
            ],
            "\(outcome.error)")
    }

    @Test("no query at all is told, and a note of one of many names it")
    func notes() async throws {
        let index = try await SampleIndex()
        let none = try Self.write([], as: "none", in: index)
        expectFailure(try await index.search("--queries", none), 1, naming: "no query")
        let two = try Self.write(Array("whale\nwhale +nowhere\n".utf8), as: "two", in: index)
        let outcome = try await index.search("--queries", two)
        #expect(outcome.error.contains("whale +nowhere: nothing found"), "\(outcome.error)")
    }

    @Test(
        "lines are queries as they are typed, or text",
        arguments: [
            (
                ["+whale x", "\"the sea\" -whale", "year:1851"], [],
                [["sea.txt"], ["objects.jsonl#one"], ["objects.jsonl#one"]]
            ),
            (["+whale -sea", "\"sea\""], ["--literal", "-k", "1"], nil),
            (["dogs", "nowhere", "train"], ["--mode", "lexical"], [["notes/pets.txt"], [], ["objects.jsonl#2"]]),
        ] as [([String], [String], [[String]]?)])
    func lines(queries: [String], arguments: [String], expected: [[String]]?) async throws {
        let index = try await SampleIndex()
        let file = try Self.write(Array(queries.joined(separator: "\n\n").utf8), as: "queries", in: index)
        let outcome = try await CommandLineTool.search.run(
            [
                "search", "--index", index.directory.string, "--model", SampleFiles.model.string, "--json", "--queries",
                file,
            ] + arguments)
        let hits = try Self.hits(outcome)
        if let expected {
            #expect(queries.map { query in hits.filter { $0.query == query }.map(\.document) } == expected)
        } else {
            #expect(hits.map(\.query) == queries, "\(outcome.error)")
        }
        let counts = try await index.search("--queries", file, "--count")
        #expect(
            zip(counts.lines, queries).allSatisfy { $0.hasPrefix($1 + ": ") } && counts.lines.count == queries.count)
    }

    @Test(
        "a bad line is named, after the answers to what came before",
        arguments: [
            ("{\"text\":\"sea\"}\n{\"text\":\"cats\"}\n\n{\"text\":7}\n{\"text\":\"x\"}\n", 2, "line 4"),
            ("{\"text\":\"sea\"}\nsea\n", 1, "line 2"), ("{nothing\n", 0, "line 1"),
        ])
    func faults(text: String, answered: Int, place: String) async throws {
        let index = try await SampleIndex()
        let file = try Self.write(Array(text.utf8), as: "bad queries", in: index)
        let outcome = try await index.search("--queries", file, "--json", "-k", "1")
        #expect(outcome.lines.count == answered)
        expectFailure(outcome, 65, naming: file, place, "JSON object")
    }

    @Test("vectors are answered as the texts are that they were made of, without a model")
    func vectors() async throws {
        let index = try await SampleIndex()
        let texts = (0..<70).map { "query \($0) of the sea" }
        let file = try Self.write(Array((texts.joined(separator: "\n") + "\n").utf8), as: "queries.txt", in: index)
        let vectors = index.scratch.path.appending("queries.npy").string
        let encoded = try await CommandLineTool.search.run(
            ["encode", "--model", SampleFiles.model.string, "--output", vectors, file])
        try #require(encoded.status == .exited(0), "\(encoded.error)")
        let expected = try Self.hits(
            try await index.search("--queries", file, "--json", "-k", "3", "--mode", "semantic"))
        let outcome = try await Self.search(index, "--query-vectors", vectors, "--json", "-k", "3")
        let found = try Self.hits(outcome)
        try #require(found.count == 210, "\(outcome.error)")
        #expect(found.map(\.query) == (0..<70).flatMap { Array(repeating: "\($0)", count: 3) })
        #expect(found.map(\.document) == expected.map(\.document))
        for (hit, other) in zip(found, expected) { #expect(abs(hit.score - other.score) < 1e-3) }
        let counts = try await Self.search(index, "--query-vectors", vectors, "--count", "--path", "notes")
        #expect(counts.lines.last == "69: 2 passages in 2 documents")
    }

    @Test("vectors are used as they are")
    func lengths() async throws {
        let index = try await SampleIndex()
        let row = (0..<40).map { Float($0 % 5) - 2 }
        let file = try Self.write(SampleFiles.array([row, row.map { 3 * $0 }]), as: "v.npy", in: index)
        let hits = try Self.hits(try await Self.search(index, "--query-vectors", file, "--json", "-k", "6"))
        try #require(hits.count == 12)
        for (one, three) in zip(hits[..<6], hits[6...]) {
            #expect(one.document == three.document)
            #expect(abs(3 * one.score - three.score) < 1e-3)
        }
    }

    @Test(
        "vectors that cannot be compared are told, with the file",
        arguments: [
            (SampleFiles.array([Array(repeating: 1, count: 39)]), ["39 values", "have 40"]),
            (SampleFiles.array([Array(repeating: .nan, count: 40)]), ["row 0, dimension 0 is NaN"]),
            (SampleFiles.array([Array(repeating: 1, count: 39) + [.infinity]]), ["row 0, dimension 39"]),
            (Array("no array".utf8), []),
            (
                SampleFiles.array([Array(repeating: 1, count: 10)])
                    .replacingBytes("'<f4'", with: "'|i1'").replacingBytes("(1, 10)", with: "(1, 40)"),
                ["'|i1'", "not codes"]
            ),
        ] as [([UInt8], [String])])
    func incomparable(bytes: [UInt8], names: [String]) async throws {
        let index = try await SampleIndex()
        let file = try Self.write(bytes, as: "v.npy", in: index)
        let outcome = try await Self.search(index, "--query-vectors", file)
        expectFailure(outcome, 65, naming: file)
        for name in names { #expect(outcome.error.contains(name), "\(outcome.error)") }
        #expect(outcome.output.isEmpty)
    }

    @Test("rows before a bad one are answered")
    func badRow() async throws {
        let index = try await SampleIndex()
        let good = Array(repeating: Float(1), count: 40)
        let file = try Self.write(
            SampleFiles.array([good, good, good.dropLast() + [.nan], good]), as: "v.npy", in: index)
        let outcome = try await Self.search(index, "--query-vectors", file, "--json", "-k", "1")
        expectFailure(outcome, 65, naming: file, "row 2, dimension 39")
        #expect(try Self.hits(outcome).map(\.query) == ["0", "1"])
    }

    @Test(
        "passages like a document are those of others, without a model",
        arguments: [
            ("sea.txt", [], 5, ["sea.txt"]), ("sea.txt:1", [], 5, ["sea.txt"]), ("sea.txt#0", [], 5, ["sea.txt"]),
            ("objects.jsonl", [], 4, ["objects.jsonl#one", "objects.jsonl#2"]),
            ("objects.jsonl#one", [], 5, ["objects.jsonl#one"]), ("sea.txt", ["--path", "notes"], 2, ["sea.txt"]),
            ("sea.txt", ["-k", "3", "--scorer", "sentence-transformers"], 3, ["sea.txt"]),
        ] as [(String, [String], Int, [String])])
    func like(name: String, arguments: [String], count: Int, absent: [String]) async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search.run(
            ["search", "--index", index.directory.string, "--like", name, "--json"] + arguments)
        let hits = try Self.hits(outcome)
        #expect(hits.count == count, "\(outcome.error)")
        #expect(hits.allSatisfy { $0.query == name && !absent.contains($0.document) })
        #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
    }

    @Test("an unknown document, and one without others, end with 1 and say why")
    func nothingLike() async throws {
        let index = try await SampleIndex()
        for name in ["nowhere.md", "sea.txt#7", "sea.txt:9"] {
            let outcome = try await Self.search(index, "--like", name)
            expectFailure(outcome, 1, naming: name, "vectorspool search", "vectorspool explain")
        }
        expectFailure(
            try await Self.search(index, "--like", "sea.txt", "--path", "sea.txt"), 1, naming: "no other document meets"
        )
    }

    @Test(
        "queries that do not go together end with 64",
        arguments: [
            ["--like", "a.md", "x"], ["--like", "a.md", "--queries", "-"], ["--query-vectors", "a.npy", "x"],
            ["--query-vectors", "a.npy", "--like", "a.md"], ["--like", ""], ["--like", "a.md", "--mode", "hybrid"],
            ["--query-vectors", "a.npy", "--mode", "lexical"], ["--queries", "-", "x"],
        ])
    func usage(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(["search", "--index", "/nonexistent"] + arguments)
        #expect(outcome.status == .exited(64), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }
}

extension [UInt8] {
    /// With one text in place of another, of the same length.
    fileprivate func replacingBytes(_ text: String, with other: String) -> [UInt8] {
        replacing(Array(text.utf8), with: Array(other.utf8))
    }
}
