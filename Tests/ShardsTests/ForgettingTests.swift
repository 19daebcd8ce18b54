import Foundation
import Identity
import Platform
import Quantization
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What was forgotten stays so, until it is dropped again.
@Suite("Forgotten documents")
struct ForgettingTests {
    private let scratch: ScratchDirectory
    private var index: FilePath { scratch.path.appending("index") }

    init() throws { scratch = try ScratchDirectory() }

    private static func claim(_ time: Int64) -> String {
        ClaimName(time: 1_700_000_000_000_000_000 + time, random: 1, boot: "beef", size: 1).text
    }

    private static func record(_ path: String, item: String? = nil, until: Int64) -> ForgottenDocument {
        ForgottenDocument(
            DocumentIdentifier(path: Array(path.utf8), item: item.map { Array($0.utf8) }),
            until: 1_700_000_000_000_000_000 + until, time: "2026-11-27T00:00:00Z", isDeleted: false)
    }

    /// An index with two files, one of them of two documents, all claimed at the time 10.
    private func sample() throws -> IndexStore {
        var store = try SampleIndex.create(.float32, at: index)
        let shard = try SampleIndex.shard(
            [
                SampleIndex.document("a.md", claim: Self.claim(10), text: "one two three four"),
                SampleIndex.document("b.jsonl", item: "x", claim: Self.claim(10), text: "un deux"),
                SampleIndex.document("b.jsonl", item: "y", claim: Self.claim(10), text: "uno dos"),
            ], number: 1, for: store)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        return store
    }

    private func live() throws -> Set<String> {
        var found: Set<String> = []
        for shard in try Snapshot.open(index).shards {
            try shard.reader.forEachDocument { _, stored in
                guard shard.isLive(stored.rows.lowerBound) else { return }
                found.insert(DocumentIdentifier(path: stored.document.path, item: stored.document.item).displayName)
            }
        }
        return found
    }

    @Test(
        "the rows of a document, a file or one line of it die at once, and the index verifies",
        arguments: [
            ("a.md", nil, ["b.jsonl#x", "b.jsonl#y"]), ("b.jsonl", nil, ["a.md"]),
            ("b.jsonl", "x", ["a.md", "b.jsonl#y"]), ("none.md", nil, ["a.md", "b.jsonl#x", "b.jsonl#y"]),
        ] as [(String, String?, Set<String>)])
    func forget(path: String, item: String?, left: Set<String>) throws {
        var store = try sample()
        try store.forgetDurably([Self.record(path, item: item, until: 20)], at: SampleIndex.time)
        #expect(try live() == left)
        #expect(try IndexVerifier.verify(index).findings.isEmpty)
        #expect(store.catalog.count == left.count)
        let again = try IndexStore.open(index)
        #expect(again.catalog.count == left.count)
        #expect(again.forgotten == store.forgotten)
    }

    @Test(
        "rows of an earlier claim are dead on arrival, those of a later one live", arguments: [(15, false), (25, true)])
    func arrival(time: Int64, lives: Bool) throws {
        var store = try sample()
        try store.forgetDurably([Self.record("a.md", until: 20)], at: SampleIndex.time)
        for reopened in [false, true] {
            if reopened { store = try IndexStore.open(index) }
            let shard = try SampleIndex.shard(
                [SampleIndex.document("a.md", claim: Self.claim(time) + (reopened ? "" : "+"), text: "one two")],
                number: reopened ? 3 : 2, for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
            #expect(try live().contains("a.md") == lives)
        }
    }

    @Test("a crash between the record and the commit is made good when the index is opened")
    func crash() throws {
        _ = try sample()
        try ForgottenDocuments([Self.record("b.jsonl", until: 20)]).write(in: OpenDirectory(index))
        var store = try IndexStore.open(index)
        try store.commit(IndexChanges(), at: SampleIndex.time)
        #expect(try live() == ["a.md"])
    }

    @Test("records of a spool make an index from a backup forget, but not what was dropped again since")
    func backup() throws {
        var store = try sample()
        let shard = try SampleIndex.shard(
            [SampleIndex.document("a.md", claim: Self.claim(30), text: "new text")], number: 2, for: store)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        try store.recallDurably(
            [Self.record("a.md", until: 20), Self.record("b.jsonl", item: "x", until: 20)], at: SampleIndex.time)
        #expect(try live() == ["a.md", "b.jsonl#y"])
        #expect(try IndexStore.open(index).forgotten.count == 2)
    }

    @Test("later claims follow the latest claim and record of an index, even when the clock was set back")
    func clock() throws {
        var store = try sample()
        let far = Int64(4_000_000_000_000_000_000)
        let late = ClaimName(time: far, random: 1, boot: "beef", size: 1).text
        let shard = try SampleIndex.shard(
            [SampleIndex.document("c.md", claim: late, text: "late")], number: 2, for: store)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        _ = try IndexStore.open(index)
        #expect(ClaimName.fresh(size: 0).time > far)
    }

    @Test("a file gives back what was written, and any damage is found")
    func file() throws {
        let odd = ForgottenDocument(
            DocumentIdentifier(path: [0x61, 0xFF, 0x0A], item: Array("i \u{1B} \"d\"".utf8)), until: 7, time: "t",
            isDeleted: true)
        let written = ForgottenDocuments([odd, Self.record("a.md", until: 1), Self.record("a.md", until: 3)])
        #expect(written.count == 2)
        let directory = try OpenDirectory(scratch.path)
        #expect(try ForgottenDocuments.read(in: directory) == nil)
        try written.write(in: directory)
        #expect(try ForgottenDocuments.read(in: directory) == written)
        let bytes = written.serialized()
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x04
            try AtomicFile.replaceVolatile(damaged, at: scratch.path.appending("forgotten.jsonl"))
            #expect(throws: ShardsError.self) { try ForgottenDocuments.read(in: directory) }
        }
        for end in bytes.indices {
            try AtomicFile.replaceVolatile(Array(bytes[..<end]), at: scratch.path.appending("forgotten.jsonl"))
            #expect(throws: ShardsError.self) { try ForgottenDocuments.read(in: directory) }
        }
    }

    @Test("a damaged file of records is found, and no writer opens the index")
    func damage() throws {
        var store = try sample()
        try store.forgetDurably([Self.record("a.md", until: 20)], at: SampleIndex.time)
        try AtomicFile.replaceVolatile(Array("{}\n".utf8), at: index.appending("forgotten.jsonl"))
        #expect(throws: ShardsError.self) { try IndexStore.open(index) }
        #expect(try IndexVerifier.verify(index).findings.map(\.file) == ["forgotten.jsonl"])
        // A reader needs no record.
        #expect(try live() == ["b.jsonl#x", "b.jsonl#y"])
    }

    @Test("a failing call leaves a document wholly there or makes it forgotten for good")
    func faults() throws {
        var failing = 0
        var isMet = true
        while isMet {
            let folder = scratch.path.appending("\(failing)")
            let directory = folder.appending("index")
            var store = try SampleIndex.create(.float32, at: directory)
            let shard = try SampleIndex.shard(
                [SampleIndex.document("a.md", claim: Self.claim(10), text: "one two")], number: 1, for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
            let calls = Mutex(0)
            let plan = FaultPlan(below: folder) { [failing] _, _, _ in
                calls.withLock { calls in
                    defer { calls += 1 }
                    return calls == failing ? .fail(.ioError) : .none
                }
            }
            plan.arm()
            let isTold = (try? store.forgetDurably([Self.record("a.md", until: 20)], at: SampleIndex.time)) != nil
            plan.disarm()
            isMet = calls.withLock { $0 } > failing

            var again = try IndexStore.open(directory)
            let isRecorded = try ForgottenDocuments.read(in: OpenDirectory(directory)) != nil
            try again.commit(IndexChanges(), at: SampleIndex.time)
            #expect(isRecorded || !isTold)
            #expect((again.catalog.count == 0) == isRecorded)
            try again.forgetDurably([Self.record("a.md", until: 20)], at: SampleIndex.time)
            #expect(again.catalog.count == 0)
            #expect(try IndexVerifier.verify(directory).findings.isEmpty)
            failing += 1
        }
        #expect(failing > 10)
    }
}
