import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Inputs that users reported, each with what is right, run with the built programs.
///
/// Other cases are where their subject is; all of their titles begin with "case" and the number.
@Suite("Users' cases: files and their versions", .timeLimit(.minutes(10)))
struct UserCasesTests {
    private let spool: CaseSpool

    init() throws {
        spool = try CaseSpool()
    }

    @Test("case 01 placeholder: once its name is indexed, the failure of an empty file is gone")
    func placeholder() async throws {
        try spool.write("", as: "0-byte.txt")
        let refused = try await spool.once(65, ["VECTORSPOOL_SPOOL_EMPTY_SECONDS": "0"])
        #expect(refused.error.contains("E_EMPTY"), "\(refused.error)")
        #expect(try spool.files(in: spool.failed).contains("0-byte.txt"))
        try spool.write("A whale in the sea.", as: "0-byte.txt")
        _ = try await spool.once()
        #expect(try spool.files(in: spool.failed) == [])
        #expect(try await !spool.command("failed").text.contains("0-byte"))
        #expect(try await spool.documents() == ["0-byte.txt": "A whale in the sea."])
    }

    @Test("case 04 append: the log counts what is replaced, and explain names each earlier version's file")
    func append() async throws {
        let texts = ["Monday: the harbour crane broke.", "Tuesday: the lamp was replaced.", "Wednesday: rain."]
        for (round, text) in texts.enumerated() {
            try spool.write(text + "\n", as: "diary/journal.txt")
            let run = try await spool.once()
            let said =
                "a new version: 1 document of 1 passage in place of 1 document of 1 passage (path diary/journal.txt)"
            #expect(run.error.contains(said) == (round > 0), "\(run.error)")
        }
        #expect(try await spool.documents() == ["diary/journal.txt": texts[2]])
        let explained = try await spool.command("explain", "diary/journal.txt")
        #expect(explained.text.contains("original      \(spool.done.appending("diary/journal.txt"))"))
        let older = explained.lines.filter { $0.contains("older version ") }
            .compactMap { $0.split(separator: " ").first { $0.hasPrefix("/") } }
        #expect(Set(try older.map { try spool.text(FilePath(String($0))) }) == Set(texts.prefix(2).map { $0 + "\n" }))
        #expect(explained.text.components(separatedBy: "in place of 1 document of 1 passage").count == 3)
    }

    @Test("case 06 cut JSON Lines: a cut version adds and replaces, removes nothing, and says so")
    func truncated() async throws {
        let lines = (0..<1000).map { #"{"id":"n\#($0)","text":"note \#($0) of the tide"}"# + "\n" }
        try spool.write(lines.joined(), as: "big.jsonl")
        #expect(try await spool.once().text.contains("1000 documents, 1000 rows\n"))
        let changed = lines.joined().replacing("note 1 of", with: "letter 1 of")
        try spool.write(Array(changed.utf8.prefix(500)), as: "big.jsonl")
        let run = try await spool.once(65)
        #expect(run.text.contains("failed 0 files and 1 lines\n") && run.text.contains("1000 documents, 1000 rows\n"))
        try expectKept(run, "1 of 13 lines failed", "big.jsonl")
        let documents = try await spool.documents()
        #expect(documents["big.jsonl#n1"] == "letter 1 of the tide")
        #expect(documents["big.jsonl#n999"] == "note 999 of the tide")
    }

    /// The log and the sidecar say that earlier documents stay.
    private func expectKept(_ run: CommandLineTool.Outcome, _ count: String, _ name: String) throws {
        let said = count + ", the others are indexed, and documents of an earlier version stay; the first: line "
        #expect(run.error.contains(said) && run.error.contains("(path \(name))"), "\(run.error)")
        let sidecar = spool.failed.appending(name + ".bad-lines.jsonl.vectorspool-error.json")
        #expect(try spool.text(sidecar).contains(said))
    }

    /// Second lines for the document `b` of case 07 that cannot be read.
    static let badLines: [[UInt8]] = [
        Array(#"{"id":"b","text":"tide two","score":Infinity}"#.utf8), Array(#"{"id":"b","text":"tide tw"#.utf8),
        Array(#"{"id":"b"}"#.utf8), Array(#"{"id":"b","text":7}"#.utf8), Array("tide two".utf8),
    ]

    @Test("case 07 bad line: the last good version stays until a good line replaces it", arguments: [nil] + badLines)
    func badLine(line: [UInt8]?) async throws {
        try spool.drop("07-bad-line-deletes/v1/log.jsonl")
        _ = try await spool.once()
        if let line {
            let text = #"{"id":"a","text":"harbour one"}"# + "\n"
            try spool.write(Array(text.utf8) + line + [0x0A], as: "log.jsonl")
        } else {
            try spool.drop("07-bad-line-deletes/v2/log.jsonl")
        }
        try expectKept(try await spool.once(65), "1 of \(line == nil ? 3 : 2) lines failed", "log.jsonl")
        let all = ["log.jsonl#a": "harbour one", "log.jsonl#b": "tide two", "log.jsonl#c": "evening three"]
        #expect(try await spool.documents() == all)
        try spool.write(#"{"id":"b","text":"tide three"}"# + "\n", as: "log.jsonl")
        _ = try await spool.once()
        #expect(try await spool.documents() == ["log.jsonl#b": "tide three"])
        #expect(try spool.files(in: spool.failed) == [])
    }

    @Test("case 08 retry ignored: failed files of one name keep their folders, and are taken when they come back")
    func retryIgnored() async throws {
        try spool.drop("08-retry-ignored/x")
        try spool.drop("08-retry-ignored/y")
        _ = try await spool.once(65)
        let failed = ["x/log.jsonl", "y/log.jsonl"]
        let sidecars = failed.map { $0 + ".vectorspool-error.json" }
        #expect(try spool.files(in: spool.failed) == (failed + sidecars).sorted())
        for path in failed {
            let mended = try spool.text(spool.failed.pushing(FilePath(path))).replacing("NaN", with: "0")
            try spool.write(mended, as: path)
        }
        _ = try await spool.once()
        #expect(try await spool.documents() == ["x/log.jsonl#1": "first harbour", "y/log.jsonl#1": "second tide"])
        for folder in [spool.inbox, spool.failed] { #expect(try spool.files(in: folder) == []) }
    }

    @Test(
        "case 09 bad lines: mended and given back they join their file, whatever they are called",
        arguments: ["log.jsonl.bad-lines.jsonl", "mended.jsonl", "deep/er.ndjson"])
    func mendedLines(name: String) async throws {
        try spool.drop("09-retry-bad-lines/log.jsonl")
        _ = try await spool.once(65)
        let bad = try spool.text(spool.failed.appending("log.jsonl.bad-lines.jsonl"))
        try spool.write(bad.replacing(#"\ud83d"#, with: ""), as: name)
        _ = try await spool.once()
        let all = ["log.jsonl#a": "harbour one", "log.jsonl#b": "tide cut  two", "log.jsonl#c": "evening three"]
        #expect(try await spool.documents() == all)
        #expect(try spool.files(in: spool.failed) == [])
        // The whole mended file brings nothing twice, and the lines move on with the version that they belong to.
        let whole = try spool.text(CaseSpool.input("09-retry-bad-lines/log.jsonl")).replacing(#"\ud83d"#, with: "")
        try spool.write(whole, as: "log.jsonl")
        _ = try await spool.once()
        #expect(try await spool.documents() == all)
        #expect(try spool.files(in: spool.done) == ["log.jsonl"])
        #expect(try spool.files(in: spool.replaced).contains { $0.contains("/log.jsonl.vectorspool-lines-") })
    }

    @Test("case 10 originals: nothing that was dropped is deleted, however old, unless the configuration says so")
    func originals() async throws {
        try spool.drop("10-original-deleted/letter.txt")
        _ = try await spool.once()
        // As an earlier version laid it out, and an old version.
        let (day, old) = (spool.done.appending("2026-01-02"), spool.replaced.appending("2026-01-02"))
        for folder in [day, old] { try Directory.create(folder) }
        try Directory.rename(spool.done.appending("letter.txt"), to: day.appending("letter.txt"))
        try AtomicFile.replaceVolatile(Array("old".utf8), at: old.appending("letter.txt"))
        try await spool.withDaemon { [spool] in
            try spool.write("Something new.", as: "new.txt")
            try await spool.wait { try spool.files(in: spool.done).contains("new.txt") }
        }
        #expect(try spool.files(in: spool.done) == ["2026-01-02/letter.txt", "new.txt"])
        #expect(try spool.files(in: spool.replaced) == ["2026-01-02/letter.txt"])
    }

    @Test("case 11 flattened tree: done/ has the tree that was dropped")
    func tree() async throws {
        try spool.drop("11-flattened-tree/proj")
        _ = try await spool.once()
        let names = ["a/README.md", "a/deep/notes.txt", "b/README.md"].map { "proj/" + $0 }
        #expect(try spool.files(in: spool.done) == names)
    }

    @Test("case 12 hit without file: a hit names a file that can be opened, also when it was replaced or is gone")
    func hits() async throws {
        try spool.drop("11-flattened-tree/proj")
        _ = try await spool.once()
        let search = try await spool.command("search", "orchards", "-k", "9", "--json")
        #expect(search.lines.count == 3)
        for line in search.lines {
            let hit = try Hit(line)
            let path = FilePath(try #require(hit.path))
            #expect(try spool.text(path).hasPrefix(hit.text))
            #expect(path == spool.done.pushing(FilePath(hit.document)))
        }
        let shown = try await spool.command("search", "orchards")
        #expect(shown.text.contains(spool.done.appending("proj/b/README.md").string))
        try Directory.removeFile(spool.done.appending("proj/b/README.md"))
        let gone = try await spool.command("search", "orchards", "-k", "9", "--json")
        let hit = try #require(try gone.lines.map { try Hit($0) }.first { $0.document == "proj/b/README.md" })
        #expect(hit.path == nil)
    }
}
