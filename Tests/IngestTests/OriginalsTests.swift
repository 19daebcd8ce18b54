import Encoding
import Identity
import Ingest
import IngestSupport
import Platform
import Shards
import Spool
import SystemPackage
import Testing

/// Each live document has an original that can be opened, whatever was dropped before and after.
@Suite(.timeLimit(.minutes(10))) struct OriginalsTests {
    /// Where the originals of the live documents lie, by their names.
    private func originals(_ harness: SpoolHarness) throws -> [String: FilePath] {
        let originals = Originals(harness.spool)
        var found: [String: FilePath] = [:]
        for shard in try Snapshot.open(harness.index).shards {
            try shard.reader.forEachDocument { _, stored in
                let document = stored.document
                guard shard.isLive(stored.rows.lowerBound), let path = FilePath(bytes: document.path) else { return }
                let name = path.string + (document.item.map { "#" + String(decoding: $0, as: UTF8.self) } ?? "")
                found[name] = originals.file(
                    of: path, modified: document.modified,
                    contents: document.item == nil ? .whole(document.content) : .part)
            }
        }
        return found
    }

    private static let first = #"{"id":"1","text":"dogs bark"}"# + "\n" + #"{"id":"2","text":"cats meow"}"#
    private static let cut = #"{"id":"1","text":"dogs bark"}"# + "\n" + #"{"id":"3","text":"fox "#

    @Test(
        "a file that is dropped twice and then replaced", arguments: [[first, first, cut], [first, cut, cut, first]])
    func droppedTwice(versions: [String]) async throws {
        let harness = try SpoolHarness()
        for text in versions {
            try harness.drop("l.jsonl", text)
            _ = try await harness.run()
        }
        let found = try originals(harness)
        #expect(Set(found.keys) == ["l.jsonl#1", "l.jsonl#2"])
        let place = try #require(found["l.jsonl#2"])
        #expect(try FileContents.read(place) == Array(Self.first.utf8))
        #expect(try harness.isWorkEmpty)
    }

    @Test(
        "contents that come again with a later time, when the file of the first time is gone",
        arguments: ["a.txt", "l.jsonl"])
    func laterTime(name: FilePath) async throws {
        let harness = try SpoolHarness()
        let text = name == "a.txt" ? "one" : Self.first
        var modified: Int64 = 0
        for _ in 0..<2 {
            try harness.drop(name, text)
            let place = harness.spool.inbox.pushing(name)
            modified = try FileStatus.of(place).modified + (modified == 0 ? 0 : 5_000_000_000)
            try OwnedDescriptor.open(place, OpenFlags.inPlace).setModified(modified)
            _ = try await harness.run()
            if try originals(harness).values.contains(where: { FileStatus.exists($0) }) {
                try Directory.removeFile(harness.spool.done.pushing(name))
            }
        }
        #expect(try originals(harness) == [:], "it is gone")
        try harness.drop(name, text)
        _ = try await harness.run()
        let found = try originals(harness)
        #expect(Set(found.values) == [harness.spool.done.pushing(name)])
        // Another file of that name is another file.
        if name == "a.txt" {
            try AtomicFile.replaceVolatile(Array("two".utf8), at: harness.spool.done.pushing(name))
            #expect(try originals(harness) == [:])
        }
    }

    @Test("a folder that came when a file had its name is found when the file is gone, and followed by later versions")
    func nameConflict() async throws {
        let harness = try SpoolHarness()
        try harness.drop("n", "one")
        _ = try await harness.run()
        try harness.drop("n/a.md", "two")
        _ = try await harness.run()
        try Directory.removeFile(harness.spool.done.appending("n"))
        #expect(try harness.opened.missing(among: ["n/a.md", "n/b.md"]) {} == ["n/b.md"])
        #expect(try originals(harness)["n/a.md"]?.string.hasSuffix("n.vectorspool-folder/a.md") == true)
        try harness.drop("n/a.md", "three")
        _ = try await harness.run()
        #expect(try originals(harness)["n/a.md"] == harness.spool.done.pushing("n/a.md"))
        #expect(try harness.files(in: harness.spool.replaced) == ["a.md"])
    }

    @Test("mended lines that were claimed before a newer version do not come back after a death")
    func mendedLinesBeforeNewerVersion() async throws {
        let harness = try SpoolHarness()
        let long = String(repeating: "word ", count: 20_000)
        try harness.drop("l.jsonl", #"{"id":"a","text":"one"}"# + "\n" + #"{"id":"b","#)
        _ = try await harness.run()
        let claim = try #require(try Snapshot.open(harness.index).shards.first).reader.document(0).document.claim
        let head = #"{"vectorspool":{"continues":"l.jsonl","claim":"\#(claim)"}}"#
        let death = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        try harness.drop("m.jsonl", head + "\n" + #"{"id":"b","text":"\#(long)"}"#)
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        try harness.drop("l.jsonl", #"{"id":"a","text":"two"}"#)
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        let model = StubPassageEncoder { lane in
            guard lane == .bulk else { return }
            let end = ContinuousClock.now + .seconds(1)
            while (try? harness.documents()["l.jsonl#a"]) != "two", ContinuousClock.now < end { await Task.yield() }
        }
        _ = try await harness.run(model: model)
        #expect(try harness.documents() == ["l.jsonl#a": "two"])
    }
}
