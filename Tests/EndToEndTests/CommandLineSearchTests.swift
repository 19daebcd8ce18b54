import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool search, info, verify and status")
struct CommandLineSearchTests {
    private static func object(_ line: some StringProtocol) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("hits are JSON Lines with the specified keys", arguments: ["folded", "sentence-transformers"])
    func json(scorer: String) async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("whales in the sea", "--json", "-k", "3", "--scorer", scorer)
        #expect(outcome.status == .exited(0))
        #expect(outcome.lines.count == 3)
        var scores: [Double] = []
        for (number, line) in outcome.lines.enumerated() {
            let hit = try Self.object(line)
            #expect(
                hit.keys.sorted()
                    == [
                        "also_in", "bytes", "document", "lines", "matches", "metadata", "passage", "path", "query",
                        "rank",
                        "score", "snippet", "text",
                    ])
            #expect(hit["query"] as? String == "whales in the sea")
            #expect(hit["rank"] as? Int == number + 1)
            scores.append(try #require(hit["score"] as? Double))
        }
        #expect(scores == scores.sorted(by: >))
    }

    @Test("the number of hits has three spellings", arguments: [["-k2"], ["--limit", "2"], ["--limit=2"]])
    func limit(arguments: [String]) async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search.run(
            ["search", "--index", index.directory.string, "--mode", "lexical", "--json", "the sea"] + arguments)
        #expect(outcome.lines.count == 2, "\(outcome.error)")
    }

    @Test("every document is found, with its position, text and metadata")
    func documents() async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("sea", "--json", "-k", "1000")
        var found: [String: [String: Any]] = [:]
        for line in outcome.lines {
            let hit = try Self.object(line)
            found[try #require(hit["document"] as? String)] = hit
        }
        #expect(
            found.keys.sorted()
                == [
                    "empty query.txt", "notes/pets.txt", "notes/storage.md", "objects.jsonl#2", "objects.jsonl#one",
                    "sea.txt",
                ])
        #expect(found["sea.txt"]?["text"] as? String == "The whale swam into the deep of the sea.")
        #expect(found["sea.txt"]?["bytes"] as? [Int] == [0, 40])
        #expect(found["notes/storage.md"]?["lines"] as? [Int] == [1, 3])
        let metadata = found["objects.jsonl#one"]?["metadata"] as? [String: Int]
        #expect(metadata == ["year": 1851])
    }

    @Test("for people: rank, score, document and line, without colours in a pipe")
    func people() async throws {
        let index = try await SampleIndex()
        let outcome = try await index.search("cats", "-k", "6")
        #expect(outcome.text.contains("  1  "))
        #expect(
            outcome.text.contains("notes/storage.md:1-3\n     # Storage Int8 vectors use less storage than floats.\n"))
        #expect(!outcome.text.contains("\u{1B}"))
        #expect(outcome.error.isEmpty)
    }

    @Test("a fast search finds what an exact one finds where all passages are candidates, and its recall is measured")
    func fast() async throws {
        let index = try await SampleIndex()
        let exact = try await index.search("whales in the sea", "--json", "-k", "6", "--mode", "semantic")
        #expect(try await index.search("whales in the sea", "--json", "-k", "6", "--fast").text == exact.text)

        let drawn = try await index.search("--recall", "-k", "3")
        #expect(drawn.text.hasPrefix("6 passages of the index as queries, the first 3 of 6 passages\nexact  "))
        #expect(drawn.text.hasSuffix("100.00 % of them, and 100 % at least\n"), "\(drawn.text)\(drawn.error)")
        let asked = try Self.object(try await index.search("whales", "--recall", "--json", "-k", "3").text)
        #expect(asked["queries"] as? Int == 1 && asked["overlap"] as? Double == 1 && asked["limit"] as? Int == 3)
        expectFailure(try await index.search("whales", "--fast", "--mode", "lexical"), 64, naming: "--fast")
        expectFailure(try await index.search("--fast"), 64, naming: "Give either a query")
    }

    @Test("a file of queries is answered with the ids of the queries")
    func batch() async throws {
        let index = try await SampleIndex()
        let queries = index.scratch.path.appending("queries.jsonl")
        var lines = ""
        for number in 0..<100 { lines += "{\"id\": \(number), \"text\": \"query number \(number)\"}\n\n" }
        try AtomicFile.replaceVolatile(Array(lines.utf8), at: queries)
        let outcome = try await index.search("--queries", queries.string, "--json", "-k", "2")
        let ids = try outcome.lines.map { try Self.object($0)["query"] as? String }
        #expect(ids == (0..<100).flatMap { ["\($0)", "\($0)"] })
        let single = try await index.search("query number 77", "--json", "-k", "2")
        let scores = try single.lines.map { try Self.object($0)["score"] as? Double }
        #expect(scores == (try outcome.lines[154...155].map { try Self.object($0)["score"] as? Double }))

        try AtomicFile.replaceVolatile(Array("{\"id\": 1}\n".utf8), at: queries)
        expectFailure(try await index.search("--queries", queries.string), 65, naming: "queries.jsonl", "line 1")
        expectFailure(try await index.search("--queries", "/nonexistent.jsonl"), 66, naming: "/nonexistent.jsonl")
    }

    @Test("a query that is too long is answered, with a note")
    func longQuery() async throws {
        let index = try await SampleIndex()
        let long = try await index.search(String(repeating: "word ", count: 5000), "-k", "1")
        #expect(long.status == .exited(0))
        #expect(long.error.contains("tokens"))
    }

    @Test("wrong usage ends with 64", arguments: [["search"], ["search", "x"], ["nonsense"], ["search", "--bogus"]])
    func usage(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(arguments)
        #expect(outcome.status == .exited(64))
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "invalid options end with 64",
        arguments: [["-k", "0"], ["-k", "-1"], ["-k", "x"], ["-kx"], ["--limit", "0"], ["--scorer", "bm25"]])
    func senseless(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.search.run(["search", "query", "--index", "/nonexistent"] + arguments)
        #expect(outcome.status == .exited(64))
    }

    @Test("a missing index")
    func missingIndex() async throws {
        let scratch = try ScratchDirectory()
        for path in ["/nonexistent", scratch.path.string] {
            for command in [["search", "x", "--model", SampleFiles.model.string], ["info"], ["verify"]] {
                let outcome = try await CommandLineTool.search.run(command + ["--index", path])
                expectFailure(outcome, 66, naming: path)
            }
        }
    }

    @Test("an index without rows: nothing is found")
    func emptyIndex() async throws {
        let index = try await SampleIndex()
        for manifest in try index.files("manifest-").dropFirst() { try Directory.removeFile(manifest) }
        let outcome = try await index.search("x")
        expectFailure(outcome, 1, naming: "nothing found")
        #expect(outcome.output.isEmpty)
    }

    @Test("another model is refused, both fingerprints named")
    func otherModel() async throws {
        let index = try await SampleIndex()
        let model = try SampleFiles.copy(SampleFiles.model, to: index.scratch.path.appending("model"))
        var weights = try FileContents.read(model.appending("model.safetensors"))
        weights[weights.count - 2] ^= 1
        try AtomicFile.replaceVolatile(weights, at: model.appending("model.safetensors"))
        for other in [model, SampleFiles.otherModel] {
            let outcome = try await CommandLineTool.search(
                "search", "x", "--index", index.directory.string, "--model", other.string)
            let weights = try FileContents.read(other.appending("model.safetensors"))
            let info = try Self.object(
                try await CommandLineTool.search("info", "--index", index.directory.string, "--json").text)
            let expected = try #require(info["model"] as? String)
            expectFailure(outcome, 78, naming: SHA256Digest(of: weights).hexadecimal, expected, index.directory.string)
        }
    }

    @Test("other tokenizer files with the same weights are refused")
    func otherTokenizer() async throws {
        let index = try await SampleIndex()
        let model = try SampleFiles.copy(SampleFiles.model, to: index.scratch.path.appending("model"))
        let pooling = model.appending("1_Pooling").appending("config.json")
        let text = String(decoding: try FileContents.read(pooling), as: UTF8.self)
        let changed = text.replacing("\"mean\"", with: "\"cls\"")
        try #require(changed != text)
        try AtomicFile.replaceVolatile(Array(changed.utf8), at: pooling)
        let outcome = try await CommandLineTool.search(
            "search", "x", "--index", index.directory.string, "--model", model.string)
        expectFailure(outcome, 78, naming: index.directory.string, "fingerprint")
    }

    @Test("info has the specified keys")
    func info() async throws {
        let index = try await SampleIndex()
        let info = try Self.object(
            try await CommandLineTool.search("info", "--index", index.directory.string, "--json").text)
        let keys = [
            "precision", "dimension", "rows", "documents", "generation", "model", "ranges", "bytes", "float32_bytes",
            "text_bytes",
        ]
        for key in keys { #expect(info[key] != nil, "\(key)") }
        #expect(info["precision"] as? String == "int8")
        #expect(info["rows"] as? Int == 6)
        #expect(info["documents"] as? Int == 6)
        #expect(info["bytes"] as? Int == 240)
        #expect(info["float32_bytes"] as? Int == 960)
        let table = try await CommandLineTool.search("info", "--index", index.directory.string)
        #expect(table.text.contains("6 in 6 documents"))
        #expect(table.text.contains("calibrated by the daemon from the first passages, from 6 passages"))
        #expect(info["ranges_passages"] as? Int == 6)
        #expect(info["ranges_origin"] as? String == "calibrated by the daemon from the first passages")
    }

    @Test("verify says ok, with counts")
    func verified() async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search("verify", "--index", index.directory.string)
        #expect(outcome.status == .exited(0))
        #expect(outcome.text.hasPrefix("ok: "))
        #expect(outcome.text.contains("6 rows"))
        let json = try await CommandLineTool.search("verify", "--index", index.directory.string, "--json")
        #expect(try Self.object(json.text)["sound"] as? Bool == true)
    }

    @Test("status shows a daemon that has ended, and says when there was none")
    func status() async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search("status", "--spool", index.spool.string, "--json")
        let status = try Self.object(outcome.text)
        #expect(status["state"] as? String == "stopped")
        #expect(status["rows"] as? Int == 6)
        let people = try await CommandLineTool.search("status", "--spool", index.spool.string)
        #expect(people.text.contains("6 rows"))
        let none = try await CommandLineTool.search("status", "--spool", index.scratch.path.appending("x").string)
        expectFailure(none, 66, naming: "status")
    }

    @Test("a reader that closes the pipe early is not a failure")
    func closedPipe() async throws {
        let index = try await SampleIndex()
        let line = """
            { i=0; while [ $i -lt 5000 ]; do echo '{"text":"query"}'; i=$((i+1)); done; } | \
            { "$0" search --queries - --index "$1" --model "$2" --json; echo "status $?" >&2; } | head -n 1
            """
        let outcome = try await CommandLineTool.search.shell(line, index.directory.string, SampleFiles.model.string)
        #expect(outcome.lines.count == 1)
        #expect(outcome.error == "status 0\n")
    }
}
