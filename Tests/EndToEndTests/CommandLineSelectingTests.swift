import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool search with filters and pages")
struct CommandLineSelectingTests {
    private static func hits(_ outcome: CommandLineTool.Outcome) throws -> [[String: Any]] {
        try outcome.lines.map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    private static func names(_ outcome: CommandLineTool.Outcome) throws -> [String] {
        try hits(outcome).map { try #require($0["document"] as? String) }.sorted()
    }

    @Test(
        "filters leave the documents that they describe",
        arguments: [
            (["--path", "*.txt"], ["empty query.txt", "notes/pets.txt", "sea.txt"]),
            (["--path", "notes"], ["notes/pets.txt", "notes/storage.md"]),
            (["--path", "notes/**", "--path", "!*.md"], ["notes/pets.txt"]),
            (["--where", "year>=1850"], ["objects.jsonl#one"]),
            (["--where", "year = 1851", "--where", "year!=1852"], ["objects.jsonl#one"]),
            (["--where", "year!=1851", "--path", "*.jsonl"], ["objects.jsonl#2"]),
            (["--document", "objects.jsonl"], ["objects.jsonl#2", "objects.jsonl#one"]),
            (["--document", "objects.jsonl#one", "--document", "sea.txt"], ["objects.jsonl#one", "sea.txt"]),
            (["--since", "1d", "--path", "sea.txt"], ["sea.txt"]),
        ])
    func filters(arguments: [String], expected: [String]) async throws {
        let index = try await SampleIndex()
        for mode in ["hybrid", "semantic"] {
            let outcome = try await CommandLineTool.search.run(
                [
                    "search", "--index", index.directory.string, "--model", SampleFiles.model.string, "sea", "--json",
                    "--mode", mode,
                ]
                    + arguments)
            #expect(try Self.names(outcome) == expected, "\(outcome.error)")
            #expect(outcome.status == .exited(0))
        }
    }

    @Test("nothing that meets the conditions ends with 1, and keys and names that are nowhere are told")
    func nothing() async throws {
        let index = try await SampleIndex()
        expectFailure(try await index.search("sea", "--until", "2001-01-01"), 1, naming: "nothing found", "conditions")
        expectFailure(try await index.search("sea", "--min-score", "99"), 1, naming: "nothing found")
        expectFailure(
            try await index.search("sea", "--where", "yaer=1851"), 1,
            naming: "no document has the key yaer; is year meant?")
        expectFailure(
            try await index.search("sea", "--document", "notes"), 1, naming: "no document is named notes", "--path")
        expectFailure(try await index.search("sea", "--offset", "50"), 1, naming: "nothing found", "--offset 50")
    }

    @Test(
        "what cannot be read ends with 64",
        arguments: [
            ["--where", "year"], ["--where", "=x"], ["--since", "tomorrow"], ["--until", "2026-02-30"],
            ["--offset", "-1"],
            ["--max-per-document", "-1"], ["--group-by", "folder"], ["--path", ""], ["--document", ""],
            ["--min-score", "x"],
            ["--min-score", "nan"], ["--since", "2026-01-02", "--until", "2026-01-01"], ["--until", "1600-01-01"],
            ["-whale in the sea"], ["--lexical-weight", "1e308"],
            ["--lexical-weight", "1", "--mode", "lexical"], ["--recall", "--path", "*.txt"], ["--count", "--explain"],
            ["--explain", "--format", "vimgrep"],
        ])
    func usage(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(["search", "query", "--index", "/nonexistent"] + arguments)
        #expect(outcome.status == .exited(64), "\(outcome.error)")
        #expect(outcome.output.isEmpty)
    }

    @Test("pages follow one another, and a least score cuts the list")
    func pages() async throws {
        let index = try await SampleIndex()
        let all = try Self.hits(try await index.search("sea", "--json"))
        let page = try Self.hits(try await index.search("sea", "--json", "-k", "2", "--offset", "3"))
        #expect(page.map { $0["document"] as? String } == all[3..<5].map { $0["document"] as? String })
        #expect(page.map { $0["rank"] as? Int } == [4, 5])
        let least = try #require(all[2]["score"] as? Double)
        let best = try Self.hits(try await index.search("sea", "--json", "--min-score", "\(least)"))
        #expect(best.count == 3)
        let count = try Self.hits(try await index.search("sea", "--json", "--count", "--min-score", "\(least)"))
        #expect(count.first?["passages"] as? Int == 3)
        #expect(count.first?["documents"] as? Int == 3)
        #expect(try await index.search("sea", "--count").text == "6 passages in 6 documents\n")
        #expect(try await index.search("sea", "--count", "--mode", "lexical").text == "2 passages in 2 documents\n")
        expectFailure(try await index.search("nowhere", "--count", "--mode", "lexical"), 1)
    }

    /// An index of files with equal passages and several passages each, made by the daemon.
    private static func index(_ files: [String: String]) async throws -> (scratch: ScratchDirectory, index: FilePath) {
        let scratch = try ScratchDirectory()
        let spool = scratch.path.appending("spool")
        try Directory.create(spool.appending("inbox"))
        for (name, text) in files {
            try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.appending("inbox").appending(name))
        }
        let outcome = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        try #require(outcome.status.isSuccess, "\(outcome.error)")
        return (scratch, spool.appending("index"))
    }

    @Test(
        "equal passages are one hit, documents are shown with their passages, and every option works for many queries")
    func copiesAndGroups() async throws {
        let long = (0..<400).map { "Sentence number \($0) is about ships. " }.joined()
        let (scratch, index) = try await Self.index([
            "a.txt": "The whale swam.\n", "b.txt": "The whale swam.\n", "c.txt": "Cats sleep.\n", "long.txt": long,
        ])
        let base = ["search", "--index", index.string, "--model", SampleFiles.model.string, "--json"]
        let hits = try Self.hits(try await CommandLineTool.search.run(base + ["whale", "-k", "20"]))
        let whales = hits.filter { $0["text"] as? String == "The whale swam." }
        #expect(whales.count == 1)
        let copies = try #require(whales.first?["also_in"] as? [[String: Any]])
        #expect(Set([whales[0]["document"] as? String, copies.first?["document"] as? String]) == ["a.txt", "b.txt"])
        #expect(copies.count == 1 && copies[0]["lines"] as? [Int] == [1, 1])
        #expect(hits.count { $0["document"] as? String == "long.txt" } == 3)
        let all = try Self.hits(
            try await CommandLineTool.search.run(base + ["whale", "-k", "99", "--max-per-document", "0"]))
        #expect(all.count > 6)
        // Of a document that is named there are more, and a limit that is given holds.
        let ofLong = ["whale", "--document", "long.txt", "-k", "20"]
        for (more, count) in [
            ([], 20), (["--max-per-document", "3"], 3), (["--offset", "3"], 20),
        ] {
            let named = try Self.hits(try await CommandLineTool.search.run(base + ofLong + more))
            #expect(named.count == count, "\(more)")
        }
        let group = try Self.hits(
            try await CommandLineTool.search.run(base + ofLong + ["--group-by", "document"]))
        #expect((group.first?["more"] as? [Any])?.count == 2)
        let people = try await CommandLineTool.search.run(base.dropLast() + ["whale"])
        #expect(people.text.contains("     also in "), "\(people.text)")

        let queries = scratch.path.appending("queries.jsonl")
        try AtomicFile.replaceVolatile(
            Array("{\"id\":1,\"text\":\"whale\"}\n{\"id\":2,\"text\":\"ships\"}\n".utf8), at: queries)
        let grouped = try Self.hits(
            try await CommandLineTool.search.run(
                base + ["--queries", queries.string, "--group-by", "document", "--offset", "1", "--context", "1"]))
        for id in ["1", "2"] {
            let groups = grouped.filter { $0["query"] as? String == id }
            #expect(groups.map { $0["rank"] as? Int } == [2, 3].map { $0 })
            for group in groups {
                let more = group["more"] as? [[String: Any]]
                #expect(more?.count == (group["document"] as? String == "long.txt" ? 2 : nil))
                #expect(more?.allSatisfy { $0["context"] != nil } ?? true)
            }
        }
        let counts = try Self.hits(
            try await CommandLineTool.search.run(base + ["--queries", queries.string, "--count", "--path", "?.txt"]))
        #expect(counts.map { $0["passages"] as? Int } == [3, 3])
        #expect(counts.map { $0["query"] as? String } == ["1", "2"])
    }
}
