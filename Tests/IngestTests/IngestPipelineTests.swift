import Foundation
import Identity
import Indexing
import Ingest
import Platform
import Quantization
import Shards
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct IngestPipelineTests {
    @Test func takesEveryKindOfFile() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one two three")
        try harness.drop("sub/deep/b.md", "four five")
        try harness.drop("README", "six")
        try harness.drop("mark.text", [0xEF, 0xBB, 0xBF] + Array("seven eight".utf8))
        try harness.drop(
            "objects.jsonl",
            #"{"id":"x","text":"nine","lang":"en"}"# + "\n\n" + #"{"id":7,"title":"Title","text":"ten "}"# + "\r\n")
        var compressor = try ZstandardCompressor()
        try harness.drop("packed.txt.zst", try compressor.compress(Array("eleven".utf8).rawSpan))
        let status = try await harness.run()
        let documents = try harness.documents()
        #expect(
            documents == [
                "a.txt": "one two three", "sub/deep/b.md": "four five", "README": "six", "mark.text": "seven eight",
                "objects.jsonl#x": "nine", "objects.jsonl#7": "Title ten", "packed.txt.zst": "eleven",
            ])
        #expect(
            try harness.files(in: harness.spool.done) == [
                "README", "a.txt", "b.md", "mark.text", "objects.jsonl", "packed.txt.zst",
            ])
        #expect(try harness.files(in: harness.spool.work) == [])
        #expect(status.doneFiles == 6)
        #expect(status.documentsAdded == 7)
        #expect(status.inWork == 0)
    }

    @Test func keepsWhatAShardShouldKnowOfADocument() async throws {
        let harness = try SpoolHarness()
        try harness.drop("o.jsonl", #"{"id":"x","title":"T","text":"a b","n":1.50,"deep":{"k":[true,null]}}"#)
        try harness.drop("m.txt", [0xEF, 0xBB, 0xBF] + Array("a".utf8))
        _ = try await harness.run()
        let snapshot = try Snapshot.open(harness.index)
        var records: [String: ShardDocument] = [:]
        var firstBytes: [String: Int] = [:]
        for shard in snapshot.shards {
            var stored: [StoredDocument] = []
            try shard.reader.forEachDocument { _, document in stored.append(document) }
            for document in stored {
                let name = String(decoding: document.document.path, as: UTF8.self)
                records[name] = document.document
                firstBytes[name] = try shard.reader.passage(ofRow: document.rows.lowerBound).byteRange.lowerBound
            }
        }
        let object = try #require(records["o.jsonl"])
        #expect(object.title == "T")
        #expect(object.metadata == #"{"n":1.50,"deep":{"k":[true,null]}}"#)
        #expect(object.item == Array("x".utf8))
        #expect(ClaimName(object.claim) != nil)
        #expect(firstBytes["m.txt"] == 3, "bytes are counted in the file, its mark included")
        #expect(records["m.txt"]?.size == 4)
    }

    @Test func theSameFileTwiceIsOneSetOfRows() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        try harness.drop("a.txt", "one")
        let again = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(again.unchangedFiles == 1)
        #expect(again.documentsAdded == 0)
        #expect(again.tokensEncoded == 0, "what is known is not encoded")
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
        #expect(try harness.files(in: harness.spool.replaced) == [], "nothing of it was different")
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 4]) func everyNameOfOneFileIsTaken(names: Int) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one two three")
        for number in 1...names {
            try FileManager.default.linkItem(
                atPath: harness.spool.inbox.appending("a.txt").string,
                toPath: harness.spool.inbox.appending("link\(number).txt").string)
        }
        let status = try await harness.run()
        #expect(try harness.documents().count == 1 + names)
        #expect(try harness.files(in: harness.spool.inbox) == [])
        #expect(try harness.files(in: harness.spool.work) == [])
        #expect(status.doneFiles == 1 + names)
    }

    @Test func newContentTakesThePlaceOfTheOld() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one two three four five six seven")
        try harness.drop(
            "o.jsonl",
            "{\"id\":\"x\",\"text\":\"old\"}\n{\"id\":\"y\",\"text\":\"same\"}\n{\"id\":\"z\",\"text\":\"gone\"}")
        _ = try await harness.run()
        let before = try Snapshot.open(harness.index).manifest
        try harness.drop("a.txt", "new")
        try harness.drop("o.jsonl", "{\"id\":\"x\",\"text\":\"new\"}\n{\"id\":\"y\",\"text\":\"same\"}")
        let status = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "new", "o.jsonl#x": "new", "o.jsonl#y": "same"])
        let after = try Snapshot.open(harness.index).manifest
        #expect(after.generation == before.generation + 1, "old rows go in the generation in which new ones come")
        #expect(after.rows == 3)
        #expect(status.documentsAdded == 2, "the object that did not change is not written again")
    }

    struct BadFile: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: String
        var offset: Int?
        var line: Int?
        var testDescription: String { "\(name) \(code)" }
    }

    @Test(arguments: [
        BadFile(name: "a.txt", bytes: [0x61, 0x0A, 0x62, 0xE9, 0x63], code: "E_UTF8", offset: 3, line: 2),
        BadFile(name: "b.txt", bytes: [0xEF, 0xBB, 0xBF, 0x61, 0xFF], code: "E_UTF8", offset: 4, line: 1),
        BadFile(name: "c.txt", bytes: [0xFF, 0xFE, 0x61, 0x00], code: "E_UTF8", offset: 0, line: 1),
        BadFile(name: "surrogate.txt", bytes: [0xED, 0xA0, 0x80], code: "E_UTF8", offset: 0, line: 1),
        BadFile(name: "cut.txt", bytes: [0x61, 0xE2, 0x82], code: "E_UTF8", offset: 1, line: 1),
        BadFile(name: "empty.txt", bytes: [], code: "E_EMPTY"),
        BadFile(name: "blank.md", bytes: Array(" \n\t\r\n".utf8), code: "E_EMPTY"),
        BadFile(name: "mark.txt", bytes: [0xEF, 0xBB, 0xBF], code: "E_EMPTY"),
        BadFile(name: "empty.jsonl", bytes: Array("\n\n".utf8), code: "E_EMPTY"),
        BadFile(name: "bad.jsonl", bytes: Array("\n{\"id\":\n".utf8), code: "E_JSON", offset: 7, line: 2),
        BadFile(name: "noid.jsonl", bytes: Array("{\"text\":\"a\"}".utf8), code: "E_JSON", offset: 0, line: 1),
        BadFile(name: "image.png", bytes: [1], code: "E_FORMAT"),
        BadFile(name: "bad.txt.zst", bytes: [1, 2, 3, 4, 5], code: "E_ZSTD"),
        BadFile(name: "empty.txt.zst", bytes: [], code: "E_EMPTY"),
        BadFile(name: "big.txt", bytes: Array(repeating: 0x61, count: 5000), code: "E_TOO_BIG"),
        BadFile(name: "poison.txt", bytes: Array("a poison b".utf8), code: "E_ENCODER"),
    ])
    func saysWhyAFileFailed(file: BadFile) async throws {
        let harness = try SpoolHarness { $0.maximumFileBytes = 4096 }
        try harness.drop(FilePath(file.name), file.bytes)
        try harness.drop("good.txt", "neighbour")
        let status = try await harness.run()
        let report = try #require(harness.report(file.name))
        #expect(report.code == file.code)
        #expect(report.detail?.byteOffset == file.offset)
        #expect(report.detail?.line == file.line)
        #expect(!report.hint.isEmpty)
        #expect(report.originalPath == FilePath(file.name))
        #expect(try FileContents.read(harness.spool.failed.appending(file.name)) == file.bytes)
        #expect(try harness.documents() == ["good.txt": "neighbour"], "a neighbour does not suffer")
        #expect(status.failedFiles == 1)
        #expect(try harness.files(in: harness.spool.work) == [])
    }

    @Test func aSmallFileThatUnpacksToALargeOneFails() async throws {
        let harness = try SpoolHarness { $0.maximumFileBytes = 4096 }
        var compressor = try ZstandardCompressor()
        let bomb = [UInt8](repeating: 0x61, count: 1 << 20)
        try harness.drop("bomb.txt.zst", try compressor.compress(bomb.rawSpan))
        _ = try await harness.run()
        #expect(harness.report("bomb.txt.zst")?.code == "E_TOO_BIG")
    }

    @Test func oneBadLineFailsAlone() async throws {
        let harness = try SpoolHarness()
        let lines = [
            #"{"id":"1","text":"one"}"#, "nonsense", #"{"id":"2","text":"two"}"#, #"{"id":"1","text":"again"}"#,
            #"{"id":"3","text":5}"#,
        ]
        try harness.drop("o.jsonl", lines.joined(separator: "\n"))
        let status = try await harness.run()
        #expect(try harness.documents() == ["o.jsonl#1": "one", "o.jsonl#2": "two"])
        #expect(try harness.files(in: harness.spool.done) == ["o.jsonl"])
        let kept = try FileContents.read(harness.spool.failed.appending("o.jsonl.bad-lines.jsonl"))
        let text = String(decoding: kept, as: UTF8.self)
        #expect(text.hasPrefix(#"{"vectorspool":{"continues":"o.jsonl","claim":""#))
        #expect(text.hasSuffix(["", lines[1], lines[3], lines[4], ""].joined(separator: "\n")))
        let report = try #require(harness.report("o.jsonl.bad-lines.jsonl"))
        #expect(report.failedLines == 3)
        #expect(report.lines?.map(\.line) == [2, 4, 5])
        #expect(report.lines?.map(\.code) == ["E_JSON", "E_DUPLICATE_ID", "E_JSON"])
        #expect(status.failedLines == 3)
    }

    static let oddNames: [[UInt8]] = [
        Array("with space.txt".utf8), Array("new\nline.txt".utf8), [0xFF, 0xFE, 0x2E, 0x74, 0x78, 0x74],
        Array("-rf.txt".utf8), Array("per%cent.txt".utf8), Array(repeating: 0x78, count: 255),
        Array(String(repeating: "é", count: 127).utf8) + [0x61], Array("Dr. Who".utf8), Array("Version 2.0".utf8),
    ]

    @Test(arguments: oddNames) func namesAreBytes(name: [UInt8]) async throws {
        let harness = try SpoolHarness()
        let component = try #require(FilePath.Component(bytes: name))
        try harness.drop(FilePath(root: nil, [component]), "text")
        _ = try await harness.run()
        let shown = FilePath(root: nil, [component]).displayName
        #expect(try harness.documents() == [shown: "text"])
        #expect(try harness.files(in: harness.spool.done) == [shown])
    }

    @Test func aNameOf255BytesCanFailToo() async throws {
        let harness = try SpoolHarness()
        let name = try #require(FilePath.Component(bytes: Array(repeating: 0x79, count: 255)))
        try harness.drop(FilePath(root: nil, [name]), [0xFF])
        try harness.drop(FilePath("sub").appending(name), [0xFE])
        _ = try await harness.run()
        let names = try harness.files(in: harness.spool.failed)
        #expect(names.count == 4)
        #expect(names.allSatisfy { $0.utf8.count <= 255 })
        #expect(names.count { $0.hasSuffix(".vectorspool-error.json") } == 2)
    }

    @Test(.timeLimit(.minutes(10))) func whatIsNoFileStaysWhereItIs() async throws {
        let harness = try SpoolHarness()
        try SpecialFiles.makeLink(to: "/etc/passwd", at: harness.spool.inbox.appending("link.txt"))
        try SpecialFiles.makeLink(to: "../failed", at: harness.spool.inbox.appending("folder"))
        try SpecialFiles.makePipe(at: harness.spool.inbox.appending("pipe.txt"))
        let status = try await harness.run()
        #expect(status.refusedNames == 0)
        #expect(try harness.files(in: harness.spool.failed) == [])
        let target = try FileManager.default.destinationOfSymbolicLink(
            atPath: harness.spool.inbox.appending("folder").string)
        #expect(target == "../failed", "moved elsewhere it would be broken")
        #expect(try FileStatus.of(harness.spool.inbox.appending("link.txt")).kind == .symbolicLink)
        #expect(try FileStatus.of(harness.spool.inbox.appending("pipe.txt")).kind == .fifo)
    }

    @Test("an empty or unwritten new version removes nothing and waits", arguments: [0, 3, 5000])
    func anEmptyVersionWaits(zeros: Int) async throws {
        let harness = try SpoolHarness { $0.emptySettle = .seconds(3600) }
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        try harness.drop("a.txt", Array(repeating: 0, count: zeros))
        let status = try await harness.run()
        #expect(status.failedFiles == 0)
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(try FileStatus.of(harness.spool.inbox.appending("a.txt")).size == zeros)
        #expect(try harness.files(in: harness.spool.failed) == [])
        #expect(try harness.files(in: harness.spool.work) == [])
        try harness.drop("a.txt", "two")
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "two"])
    }

    @Test func calibratesFromWhatThereIsWhenTheInboxIsIdle() async throws {
        let harness = try SpoolHarness { $0.indexing.precision = .int8 }
        for number in 0..<20 { try harness.drop(FilePath("f\(number).txt"), "word\(number) other\(number * 7)") }
        _ = try await harness.run()
        let snapshot = try Snapshot.open(harness.index)
        #expect(snapshot.manifest.documents == 20)
        #expect(snapshot.ranges?.dimension == 16)
        #expect(snapshot.manifest.clippedShare == 0)
        let ranges = try FileContents.read(harness.index.appending("ranges.npy"))
        try harness.drop("late.txt", "something else altogether")
        _ = try await harness.run()
        #expect(try FileContents.read(harness.index.appending("ranges.npy")) == ranges)
    }

    @Test func oneLonelyPassageWaitsForCompany() async throws {
        let harness = try SpoolHarness { $0.indexing.precision = .int8 }
        try harness.drop("a.txt", "alone")
        _ = try await harness.run()
        #expect(try harness.claims() == ["a.txt"])
        try harness.drop("b.txt", "company")
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "alone", "b.txt": "company"])
    }

    @Test func aFileOfManyCommitsIsWhole() async throws {
        let harness = try SpoolHarness { $0.maximumRows = 10 }
        let lines = (0..<95).map { "{\"id\":\"\($0)\",\"text\":\"word\($0)\"}" }
        try harness.drop("o.jsonl", lines.joined(separator: "\n"))
        _ = try await harness.run()
        #expect(try harness.documents().count == 95)
        #expect(try Snapshot.open(harness.index).manifest.generation == 11)
        try harness.drop("o.jsonl", lines.prefix(40).joined(separator: "\n"))
        let status = try await harness.run()
        #expect(try harness.documents().count == 40)
        #expect(status.tokensEncoded == 0)
    }

    @Test func aFullDiskPausesAndLosesNothing() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let refusals = Mutex(0)
        let waits = Mutex<[Duration]>([])
        let failpoints = Failpoints { point in
            guard point == .beforeManifest,
                refusals.withLock({
                    $0 += 1; return $0 <= 3
                })
            else { return }
            throw PlatformError(.system, "write", path: "x", cause: .noSpace)
        }
        let status = try await harness.run(failpoints) { pause in waits.withLock { $0.append(pause) } }
        #expect(waits.withLock { $0 } == [.seconds(1), .seconds(2), .seconds(4)])
        #expect(status.pausedReason == nil)
        #expect(status.failedFiles == 0)
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test(arguments: [Failpoint.beforeClaim, .beforeFailing, .beforeSynchronize, .beforeShard, .beforeManifest])
    func aFaultOfTheSystemIsNobodysFault(point: Failpoint) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        try harness.drop("bad.txt", [0xFF])
        let failpoints = Failpoints { reached in
            if reached == point { throw PlatformError(.system, "write", path: "x", cause: .diskQuotaExceeded) }
        }
        await #expect(throws: IngestError.self) { try await harness.run(failpoints, patience: .seconds(1)) }
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(harness.report("bad.txt")?.code == "E_UTF8")
        #expect(try harness.files(in: harness.spool.failed).count == 2)
    }

    @Test(arguments: Failpoint.allCases) func deathAnywhereLeavesEachDocumentOnce(point: Failpoint) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        try harness.drop("b.txt", "two")
        try harness.drop("bad.txt", [0xFF])
        try harness.drop("o.jsonl", "{\"id\":\"1\",\"text\":\"three\"}\nbad")
        let failpoints = Failpoints { reached in if reached == point { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one", "b.txt": "two", "o.jsonl#1": "three"])
        #expect(try harness.files(in: harness.spool.done) == ["a.txt", "b.txt", "o.jsonl"])
        #expect(
            try harness.files(in: harness.spool.failed) == [
                "bad.txt", "bad.txt.vectorspool-error.json", "o.jsonl.bad-lines.jsonl",
                "o.jsonl.bad-lines.jsonl.vectorspool-error.json",
            ])
        #expect(try harness.files(in: harness.spool.work) == [])
    }

    @Test(.timeLimit(.minutes(10))) func aLoneFileWaitsForNobody() async throws {
        let harness = try SpoolHarness { $0.maximumDelay = .seconds(86_400) }
        try harness.drop("a.txt", "one")
        _ = try await harness.run(draining: false)
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test func aFileWrittenWhileItIsIndexedIsTakenAgain() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let isFirst = Mutex(true)
        let spool = harness.opened
        let failpoints = Failpoints { point in
            guard point == .afterClaim,
                isFirst.withLock({ first in
                    defer { first = false }; return first
                })
            else { return }
            let claim = try #require(try spool.leftoverClaims().claims.first)
            let file = try spool.work.open(claim.path, OpenFlags.append)
            try file.write(Array(" two".utf8).rawSpan)
        }
        _ = try await harness.run(failpoints)
        #expect(try harness.documents() == [:], "what was read is not what the file says now")
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one two"])
    }
}
