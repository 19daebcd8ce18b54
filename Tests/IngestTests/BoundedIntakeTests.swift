import Identity
import Ingest
import Platform
import Shards
import Spool
import SystemPackage
import TestSupport
import Testing

/// What once hung the daemon, or took all its memory, goes through.
@Suite(.timeLimit(.minutes(10))) struct BoundedIntakeTests {
    @Test func aFileOfManyTimesWhatMayBeInFlight() async throws {
        let harness = try SpoolHarness()
        // More than the permit admits at a time: text, tokens and vectors of some 7 MB.
        let line = (0..<6).map { "word\($0)" }.joined(separator: " ") + "\n"
        let text = Array(repeating: line, count: 20_000).joined()
        try harness.drop("large.txt", text)
        try harness.drop("small.txt", "one")
        let status = try await harness.run()
        #expect(status.doneFiles == 2)
        let manifest = try Snapshot.open(harness.index).manifest
        #expect(manifest.rows == 20_001)
        #expect(manifest.shards.count <= 2)
    }

    @Test func manyFilesOfBlanks() async throws {
        let harness = try SpoolHarness()
        let blank = [UInt8](repeating: 0x20, count: 400_000)
        for number in 0..<30 { try harness.drop(FilePath("\(number).txt"), blank) }
        try harness.drop("good.txt", "one")
        let status = try await harness.run()
        #expect(status.failedFiles == 30)
        #expect(try harness.documents() == ["good.txt": "one"])
    }

    @Test func manyBadLinesInLittleRoom() async throws {
        let harness = try SpoolHarness()
        var compressor = try ZstandardCompressor()
        let lines = Array(String(repeating: "{}\n", count: 300_000).utf8)
        try harness.drop("all.jsonl.zst", try compressor.compress(lines.rawSpan))
        let good = Array("{\"id\":\"x\",\"text\":\"one\"}\n".utf8)
        try harness.drop("but-one.jsonl.zst", try compressor.compress((lines + good).rawSpan))
        let status = try await harness.run()
        #expect(status.failedFiles == 1)
        #expect(status.failedLines == 300_000)
        #expect(try harness.documents() == ["but-one.jsonl.zst#x": "one"])
        let report = try #require(harness.report("but-one.jsonl.zst.bad-lines.jsonl"))
        #expect(report.failedLines == 300_000)
        #expect(report.lines?.count == 100)
        let kept = harness.spool.failed.appending("but-one.jsonl.zst.bad-lines.jsonl")
        let bytes = try FileContents.read(kept)
        #expect(bytes.suffix(lines.count).elementsEqual(lines))
        #expect(Continuation(line: Array(bytes.dropLast(lines.count + 1)))?.path == "but-one.jsonl.zst")
        #expect(try harness.isWorkEmpty)
    }

    @Test func wordsFarApart() async throws {
        let harness = try SpoolHarness()
        let blank = String(repeating: "\n", count: 3_000_000)
        try harness.drop("far.txt", "first\(blank)last")
        _ = try await harness.run()
        let shard = try #require(try Snapshot.open(harness.index).shards.first)
        let passage = try shard.reader.passage(ofRow: 0)
        #expect(passage.byteRange == 0..<3_000_009)
        #expect(try shard.reader.text(of: passage).count < 10_000)
    }

    @Test func copiesAreNeverMoreOpenThanTheOriginal() async throws {
        let harness = try SpoolHarness()
        for (name, mode) in [("secret.jsonl", 0o600), ("open.jsonl", 0o644)] as [(FilePath, UInt32)] {
            try harness.drop(name, "{\"id\":\"1\",\"text\":\"a\"}\nbad")
            let path = harness.spool.inbox.pushing(name)
            try OwnedDescriptor.open(path, OpenFlags.append).setMode(mode)
        }
        try harness.drop("bad.txt", [0xFF])
        try OwnedDescriptor.open(harness.spool.inbox.appending("bad.txt"), OpenFlags.append).setMode(0o640)
        _ = try await harness.run()
        let expected: [(String, UInt32)] = [
            ("secret.jsonl.bad-lines.jsonl", 0o600), ("secret.jsonl.bad-lines.jsonl.vectorspool-error.json", 0o600),
            ("open.jsonl.bad-lines.jsonl", 0o644), ("open.jsonl.bad-lines.jsonl.vectorspool-error.json", 0o644),
            ("bad.txt", 0o640), ("bad.txt.vectorspool-error.json", 0o640),
        ]
        for (name, mode) in expected {
            #expect(try FileStatus.of(harness.spool.failed.appending(name)).permissions == mode, "\(name)")
        }
        for entry in try Directory.entries(of: harness.index) {
            let path = harness.index.appending(entry.name)
            #expect(try FileStatus.of(path).permissions == 0o640, "\(entry.name)")
        }
    }

    @Test func aPipeInThePlaceOfASidecarHoldsUpNobody() async throws {
        let harness = try SpoolHarness()
        try SpecialFiles.makePipe(at: harness.spool.failed.appending("x.txt.vectorspool-error.json"))
        try harness.drop("x.txt", [0xFF])
        try harness.drop("good.txt", "one")
        _ = try await harness.run()
        #expect(try harness.documents() == ["good.txt": "one"])
        #expect(harness.report("x.txt")?.code == "E_UTF8", "what stands in its place is replaced unopened")
    }

    @Test func aFolderThatBecomesALinkLeadsNowhere() async throws {
        let harness = try SpoolHarness()
        try harness.drop("good.txt", "one")
        _ = try await harness.run()
        // Once the file has been found ready, its folder is exchanged for a link to the index.
        try harness.drop("x/manifest-2.json", "not yours")
        let index = harness.index
        let before = try Directory.entries(of: index)
        let spool = harness.spool
        let failpoints = Failpoints { point in
            guard point == .beforeClaim, try FileStatus.of(spool.inbox.appending("x")).kind == .directory else {
                return
            }
            try Directory.rename(spool.inbox.appending("x"), to: spool.inbox.appending(".x"))
            try SpecialFiles.makeLink(to: index.string, at: spool.inbox.appending("x"))
        }
        _ = try await harness.run(failpoints)
        _ = try await harness.run()
        #expect(try Directory.entries(of: index) == before)
        #expect(try harness.documents() == ["good.txt": "one"])
        #expect(try FileStatus.of(spool.inbox.appending("x")).kind == .symbolicLink, "it is left where it is")
    }
}
