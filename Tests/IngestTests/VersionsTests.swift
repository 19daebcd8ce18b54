import Identity
import Ingest
import Platform
import Spool
import SystemPackage
import Testing

/// Where versions of a file lie, and which of their documents live.
@Suite("Versions of a file", .timeLimit(.minutes(10)))
struct VersionsTests {
    let harness: SpoolHarness

    init() throws { harness = try SpoolHarness() }

    private func texts(in folder: FilePath) throws -> [String: String] {
        var texts: [String: String] = [:]
        for path in try harness.paths(in: folder) {
            texts[path.displayName] = String(decoding: try FileContents.read(folder.pushing(path)), as: UTF8.self)
        }
        return texts
    }

    private func dropAndRun(_ drops: [(FilePath, String)]) async throws -> SpoolStatus {
        for (path, text) in drops { try harness.drop(path, text) }
        return try await harness.run()
    }

    private var day: String { RealTime.now.day }

    @Test("done/ has the dropped tree with the current versions, and replaced/ the older ones")
    func trees() async throws {
        _ = try await dropAndRun([("p/a/README.md", "one"), ("p/b/README.md", "two")])
        #expect(try texts(in: harness.spool.done) == ["p/a/README.md": "one", "p/b/README.md": "two"])
        let day = day
        _ = try await dropAndRun([("p/a/README.md", "three")])
        #expect(try texts(in: harness.spool.done) == ["p/a/README.md": "three", "p/b/README.md": "two"])
        #expect(try texts(in: harness.spool.replaced) == ["\(day)/p/a/README.md": "one"])
        _ = try await dropAndRun([("p/a/README.md", "one")])
        let replaced = try texts(in: harness.spool.replaced)
        #expect(replaced.count == 2)
        #expect(replaced["\(day)/p/a/README.md"] == "one")
        #expect(replaced.contains { $0.key.hasPrefix("\(day)/p/a/README.md.vectorspool-") && $0.value == "three" })
        #expect(try harness.documents() == ["p/a/README.md": "one", "p/b/README.md": "two"])
    }

    @Test("a file and a folder of one name both stay", arguments: [false, true])
    func fileAndFolder(isFolderFirst: Bool) async throws {
        let file: (FilePath, String) = ("notes", "one")
        let inFolder: (FilePath, String) = ("notes/a.md", "two")
        _ = try await dropAndRun([isFolderFirst ? inFolder : file])
        try? harness.opened.inbox.removeDirectory("notes")
        _ = try await dropAndRun([isFolderFirst ? file : inFolder])
        let expected =
            isFolderFirst
            ? ["notes/a.md": "two", "notes.vectorspool-file": "one"]
            : ["notes": "one", "notes.vectorspool-folder/a.md": "two"]
        #expect(try texts(in: harness.spool.done) == expected)
        #expect(try harness.documents() == ["notes": "one", "notes/a.md": "two"])
    }

    @Test("failed/ has the dropped tree; a newer failure and a success take the older one away")
    func failures() async throws {
        let bad: [UInt8] = [0x61, 0xFF]
        try harness.drop("x/log.txt", bad)
        try harness.drop("y/log.txt", bad)
        _ = try await harness.run()
        let names = ["x/log.txt", "y/log.txt"].flatMap { [$0, $0 + ".vectorspool-error.json"] }
        #expect(try Set(harness.paths(in: harness.spool.failed).map(\.string)) == Set(names))
        let report = try FailureReport.read("x/log.txt.vectorspool-error.json", in: harness.opened.failed)
        #expect(report?.originalPath == "x/log.txt")

        try harness.drop("y/log.txt", bad)
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.replaced) == [], "the same bytes are one file")
        try harness.drop("y/log.txt", [0x62, 0xFF])
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.replaced).count == 1)
        #expect(try FileContents.read(harness.spool.failed.pushing("y/log.txt")) == [0x62, 0xFF])

        _ = try await dropAndRun([("x/log.txt", "one"), ("y/log.txt", "two")])
        #expect(try harness.paths(in: harness.spool.failed) == [])
        #expect(!FileStatus.exists(harness.spool.failed.appending("x")))
        #expect(try harness.paths(in: harness.spool.replaced).count == 3)
    }

    @Test(
        "a new version with a bad or cut line adds and replaces, but removes nothing",
        arguments: [#"{"id":"b","text":NaN}"#, #"{"id":"b","te"#, #"{"text":"no id"}"#])
    func cutVersion(line: String) async throws {
        let first = ["a", "b", "c"].map { #"{"id":"\#($0)","text":"old \#($0)"}"# }
        _ = try await dropAndRun([("l.jsonl", first.joined(separator: "\n"))])
        let second = [#"{"id":"a","text":"new a"}"#, #"{"id":"d","text":"new d"}"#, line]
        let status = try await dropAndRun([("l.jsonl", second.joined(separator: "\n"))])
        #expect(
            try harness.documents() == [
                "l.jsonl#a": "new a", "l.jsonl#b": "old b", "l.jsonl#c": "old c", "l.jsonl#d": "new d",
            ])
        #expect(status.failedLines == 1)
        #expect(harness.report("l.jsonl.bad-lines.jsonl")?.summary.contains("earlier version stay") == true)

        _ = try await dropAndRun([("l.jsonl", second[0])])
        #expect(try harness.documents() == ["l.jsonl#a": "new a"], "a whole version removes what it lacks")
        #expect(try harness.paths(in: harness.spool.failed) == [])
    }

    @Test(
        "mended lines join the documents of their file, whatever they are called",
        arguments: ["l.jsonl.bad-lines.jsonl", "m.jsonl", "l.jsonl"], [false, true])
    func mendedLines(name: String, isDying: Bool) async throws {
        _ = try await dropAndRun([
            ("x/l.jsonl", "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":NaN}\n")
        ])
        let failed = harness.spool.failed.pushing("x/l.jsonl.bad-lines.jsonl")
        let mended = String(decoding: try FileContents.read(failed), as: UTF8.self).replacing("NaN", with: "\"two\"")
        if isDying {
            try harness.drop(FilePath("x").appending(name), mended)
            let failpoints = Failpoints { if $0 == .beforeRetire { throw SpoolHarness.Death() } }
            await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
            _ = try await harness.run()
        } else {
            _ = try await dropAndRun([(FilePath("x").appending(name), mended)])
        }
        #expect(try harness.documents() == ["x/l.jsonl#a": "one", "x/l.jsonl#b": "two"])
        #expect(try harness.paths(in: harness.spool.failed) == [])
        let done = try harness.paths(in: harness.spool.done).map(\.string)
        #expect(done.count == 2)
        #expect(done.contains { $0.hasPrefix("x/l.jsonl.vectorspool-lines-") })

        // The whole mended file is the same documents once more.
        let again = try await dropAndRun([
            ("x/l.jsonl", "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n")
        ])
        #expect(try harness.documents() == ["x/l.jsonl#a": "one", "x/l.jsonl#b": "two"])
        #expect(again.failedLines == 0)
        // The lines go with the version that they belong to, and can still be found there.
        #expect(try harness.paths(in: harness.spool.done) == ["x/l.jsonl"])
        let replaced = try harness.paths(in: harness.spool.replaced).map(\.string)
        let lines = try #require(replaced.first { $0.contains("/x/l.jsonl.vectorspool-lines-") })
        let status = try FileStatus.of(harness.spool.replaced.pushing(FilePath(lines)))
        let original = Originals(harness.spool).file(of: "x/l.jsonl", modified: status.modified)
        #expect(original == harness.spool.replaced.pushing(FilePath(lines)))
    }

    @Test("a header that leads out of the inbox is a bad line", arguments: ["../x", "/x", "a/../../x", ""])
    func strangeHeader(path: String) async throws {
        let header = #"{"vectorspool":{"continues":"\#(path)","claim":"c"}}"#
        _ = try await dropAndRun([("l.jsonl", header + "\n{\"id\":\"a\",\"text\":\"one\"}\n")])
        #expect(try harness.documents() == ["l.jsonl#a": "one"])
    }

    @Test("a name that is not UTF-8 is continued too")
    func bytesInTheHeader() throws {
        let path = try #require(FilePath(bytes: [0x61, 0xFF, 0x2F, 0x62]))
        let continuation = Continuation(path: path, claim: "c")
        #expect(Continuation(line: continuation.line) == continuation)
    }
}
