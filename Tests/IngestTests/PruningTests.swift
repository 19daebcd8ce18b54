import Identity
import Ingest
import IngestSupport
import Platform
import Shards
import Spool
import SystemPackage
import TestSupport
import Testing

/// No version goes that documents of the index come from, or may come from.
@Suite("What pruning spares", .timeLimit(.minutes(10))) struct PruningTests {
    private let harness: SpoolHarness
    private static let whole = #"{"id":"1","text":"dogs"}"# + "\n" + #"{"id":"2","text":"cats"}"#
    private static let cut = #"{"id":"1","text":"wolf"}"# + "\n" + #"{"id":"2","te"#

    init() throws { harness = try SpoolHarness() }

    /// Drops a file that was last written at a fixed time, as restored and generated ones are.
    private func drop(_ text: String, at seconds: Int64 = 1_700_000_000) async throws {
        try harness.drop("l.jsonl", text)
        try OwnedDescriptor.open(harness.spool.inbox.appending("l.jsonl"), OpenFlags.inPlace)
            .setModified(seconds * 1_000_000_000)
        _ = try await harness.run()
    }

    /// The files of `replaced/` that a command would remove.
    private func removable() throws -> [String] {
        let aged = try AgedFiles(harness.spool, before: RealTime(nanoseconds: .max), in: [.replaced])
        return try Pruning(aged, in: harness.spool, index: harness.index).files.map(\.path.string)
    }

    /// The files of `replaced/` that do not go by themselves.
    private func kept() throws -> Int {
        let today = harness.spool.replaced.appending(RealTime.now.day)
        if FileStatus.exists(today) { try Directory.rename(today, to: harness.spool.replaced.appending("2000-01-01")) }
        return try Pruning.needed(beyond: 1, in: harness.spool, index: harness.index).count
    }

    @Test(
        "versions of one time of writing are told apart by size, and kept when they cannot be",
        arguments: [cut, cut + #"xt":"c"#, whole.replacing("dogs", with: "wolf").replacing("cats\"}", with: "cats\"]")])
    func equalTimes(second: String) async throws {
        try await drop(Self.whole)
        try await drop(second)
        #expect(try harness.documents()["l.jsonl#2"] == "cats")
        #expect(try removable() == [])
        if second.utf8.count != Self.whole.utf8.count {
            let hit = Originals(harness.spool).file(
                of: "l.jsonl", modified: 1_700_000_000_000_000_000, size: Self.whole.utf8.count)
            #expect(try FileContents.read(#require(hit)) == Array(Self.whole.utf8))
        }
    }

    @Test("a version that equals the present one byte for byte is not needed")
    func equalBytes() async throws {
        try await drop(Self.whole)
        try await drop(Self.cut, at: 1_700_000_001)
        try await drop(Self.whole)
        #expect(try harness.paths(in: harness.spool.done) == ["l.jsonl"])
        let (all, removable) = (try harness.replacedToday(), try removable())
        #expect(removable.count == all.count, "\(all), \(removable)")
    }

    @Test("what an index that is lost may have needed goes by a command alone, and what was forgotten by itself")
    func lostIndex() async throws {
        try await drop(Self.whole)
        try await drop(Self.cut, at: 1_700_000_001)
        #expect(try kept() == 1)
        let away = harness.scratch.path.appending("away")
        try Directory.rename(harness.index, to: away)
        #expect(try kept() == 1, "no index")
        try harness.drop("other.txt", "other")
        _ = try await harness.run()
        #expect(try harness.documents().keys.sorted() == ["other.txt"])
        #expect(try kept() == 1, "an index without the file")
        // What was forgotten before the day of the version is another one.
        for (until, count) in [(1, 1), (RealTime.now.nanoseconds, 0)] {
            let record = ForgottenDocument(
                DocumentIdentifier(path: Array("l.jsonl".utf8)), until: until, time: "", isDeleted: false)
            try ForgottenDocuments([record]).write(in: harness.opened.root)
            #expect(try kept() == count)
        }
    }

    @Test("versions of a file that never could be indexed go by themselves")
    func failedVersions() async throws {
        try harness.drop("other.txt", "other")
        for text in ["{", "[["] { try await drop(text) }
        #expect(try harness.replacedToday() == ["l.jsonl"])
        #expect(try kept() == 0)
    }
}
