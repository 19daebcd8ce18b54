import Foundation
import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The store")
struct IndexStoreTests {
    private let scratch: ScratchDirectory
    private var directory: FilePath { scratch.path.appending("index") }

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func identifier(_ path: String, _ item: String? = nil) -> DocumentIdentifier {
        DocumentIdentifier(path: Array(path.utf8), item: item.map { Array($0.utf8) })
    }

    private func digest(_ path: String, _ item: String? = nil) -> IdentifierDigest {
        IdentifierDigest(identifier(path, item))
    }

    private func ended(
        _ path: String, staying items: [String?], after documents: Int = .max
    ) -> IndexChanges.EndedFile {
        IndexChanges.EndedFile(
            path: Array(path.utf8), staying: Set(items.map { digest(path, $0) }), documentsBefore: documents)
    }

    /// The view of a reader: identifier and claim of each live document, read from the shards themselves.
    private func live() throws -> [String: String] {
        let snapshot = try Snapshot.open(directory)
        var found: [String: String] = [:]
        for shard in snapshot.shards {
            try shard.reader.forEachDocument { _, stored in
                let rows = stored.rows.map(shard.isLive)
                #expect(Set(rows).count == 1, "a document is dead in part")
                guard rows[0] else { return }
                let name = String(decoding: stored.document.identifier.bytes.map { $0 == 0 ? 35 : $0 }, as: UTF8.self)
                #expect(found[name] == nil, "\(name) lives twice")
                found[name] = stored.document.claim
            }
        }
        #expect(snapshot.manifest.documents == found.count)
        #expect(try IndexVerifier.verify(directory).findings == [])
        return found
    }

    @Test("is created empty, once")
    func creation() throws {
        #expect(try !IndexStore.exists(at: directory))
        let store = try SampleIndex.create(.int8, at: directory)
        #expect(try IndexStore.exists(at: directory))
        #expect(store.manifest.generation == 1)
        #expect(store.manifest.passages == ["budget": 254, "overlap": 40, "target": 220])
        #expect(store.identity.ranges == (try SampleIndex.ranges().fingerprint))
        #expect(store.catalog.count == 0)
        let snapshot = try Snapshot.open(directory)
        #expect(snapshot.rowCount == 0)
        #expect(snapshot.ranges?.dimension == 8)
        let error = #expect(throws: ShardsError.self) { try SampleIndex.create(.int8, at: directory) }
        #expect(error?.code == .exists)
        #expect(try live().isEmpty)
    }

    @Test("an interrupted creation can be repeated")
    func interruptedCreation() throws {
        _ = try SampleIndex.create(.int8, at: directory)
        for name in ["manifest-1.json", "generation"] { try Directory.removeFile(directory.appending(name)) }
        #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
        #expect(try SampleIndex.create(.int8, at: directory).manifest.generation == 1)
    }

    @Test("a folder that was moved away or replaced gets no commit, and one that is back does")
    func movedAway() throws {
        var store = try SampleIndex.create(.int8, at: directory)
        let shard = try SampleIndex.shard(
            [SampleIndex.document("a", claim: "c1", text: "one two")], number: 1, for: store)
        let changes = IndexChanges(shards: [shard], clippedValues: 0, quantizedValues: 8)
        let away = FilePath(directory.string + "-away")
        try Directory.rename(directory, to: away)
        for cause in [Errno.noSuchFileOrDirectory, .staleNFSFileHandle] {
            let error = #expect(throws: ShardsError.self) { try store.commit(changes, at: SampleIndex.time) }
            #expect(error?.cause?.cause == cause)
            if cause == .noSuchFileOrDirectory { try Directory.create(directory) }
        }
        try Directory.removeTree(directory)
        try Directory.rename(away, to: directory)
        try store.commit(changes, at: SampleIndex.time)
        #expect(try live() == ["a": "c1"])
        #expect(!store.fileChanges.isEmpty)
        try store.commit(IndexChanges(), at: SampleIndex.time)
        #expect(store.fileChanges.isEmpty, "nothing has changed")
    }

    @Test("refuses ranges that do not fit")
    func wrongRanges() throws {
        for ranges in [nil, try SampleIndex.ranges(dimension: 9), RangesFile(array: [1, 2, 3], description: [])] {
            #expect(throws: ShardsError.self) {
                try IndexStore.create(
                    at: directory, identity: SampleIndex.identity(.int8), ranges: ranges, passages: [:],
                    time: SampleIndex.time)
            }
        }
        #expect(try !IndexStore.exists(at: directory))
    }

    @Test("commits several documents and the death of older versions in one generation")
    func superseding() throws {
        var store = try SampleIndex.create(.int8, at: directory)
        let first = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c1", text: "one two three four five six seven"),
                SampleIndex.document("b", claim: "c2", text: "one two"),
                SampleIndex.document("l", item: "x", claim: "c3", text: "red"),
                SampleIndex.document("l", item: "y", claim: "c3", text: "green"),
            ], number: 1, for: store)
        try store.commit(
            IndexChanges(shards: [first], clippedValues: 5, quantizedValues: 100), at: SampleIndex.time)
        #expect(store.manifest.generation == 2)
        #expect(store.manifest.documents == 4)
        #expect(try live() == ["a": "c1", "b": "c2", "l#x": "c3", "l#y": "c3"])
        #expect(store.key(of: digest("b")) == KeyPrefix(SampleIndex.digest("bone two")))
        #expect(Set(store.catalog.digests(ofPath: Array("l".utf8))) == [digest("l", "x"), digest("l", "y")])
        #expect(store.hasDocuments(ofPath: Array("l".utf8)) && !store.hasDocuments(ofPath: Array("m".utf8)))

        let second = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c4", text: "new"),
                SampleIndex.document("l", item: "y", claim: "c5", text: "blue"),
            ], number: 2, for: store)
        try store.commit(
            IndexChanges(
                shards: [second], ended: [ended("l", staying: ["y"])],
                removals: [identifier("b"), identifier("unknown")], clippedValues: 1, quantizedValues: 20),
            at: SampleIndex.time)
        let manifest = store.manifest
        #expect(manifest.generation == 3)
        #expect(manifest.clippedShare == 0.05)
        #expect(try live() == ["a": "c4", "l#y": "c5"])
        #expect(manifest.commits.last?.documents == 2)
        #expect(manifest.commits.last?.removedRows == first.rowCount)
        // The state in memory equals that after a restart.
        let reopened = try IndexStore.open(
            directory, expecting: IndexExpectation(store.identity), claims: ["c1", "c3", "c5", "c6", "c"])
        #expect(reopened.manifest == store.manifest)
        #expect(reopened.committedClaims == ["c1", "c3", "c5"], "dead documents count too")
        #expect(reopened.catalog.count == 2)
        for name in [digest("a"), digest("b"), digest("l", "x"), digest("l", "y")] {
            #expect(reopened.key(of: name) == store.key(of: name))
        }
    }

    @Test("two versions in one commit leave the last; two commits drop a shard that died")
    func withinOneCommit() throws {
        var store = try SampleIndex.create(.ubinary, at: directory)
        let first = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c1", text: "one"),
                SampleIndex.document("l", item: "x", claim: "c2", text: "red"),
            ], number: 1, for: store)
        let second = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c3", text: "two"),
                SampleIndex.document("l", item: "y", claim: "c4", text: "green"),
            ], number: 2, for: store)
        try store.commit(
            IndexChanges(shards: [first, second], ended: [ended("l", staying: ["y"])]), at: SampleIndex.time)
        #expect(try live() == ["a": "c3", "l#y": "c4"])
        #expect(store.manifest.shards.map(\.liveRows) == [0, 2])
        let claims: Set = ["c1", "c2", "c3", "c4"]
        #expect(try IndexStore.open(directory, claims: claims).committedClaims == claims)
        let third = try SampleIndex.shard(
            [SampleIndex.document("b", claim: "c5", text: "three")], number: 3, for: store)
        try store.commit(IndexChanges(shards: [third]), at: SampleIndex.time)
        #expect(store.manifest.shards.map(\.name) == [second.name, third.name])
        #expect(try live() == ["a": "c3", "l#y": "c4", "b": "c5"])
    }

    @Test("an empty commit makes no generation, and a repeated one adds nothing twice")
    func repeatedCommit() throws {
        var store = try SampleIndex.create(.float32, at: directory)
        try store.commit(IndexChanges(ended: [ended("a", staying: [])]), at: SampleIndex.time)
        #expect(store.manifest.generation == 1)
        let shard = try SampleIndex.shard([SampleIndex.document("a", claim: "c", text: "b")], number: 1, for: store)
        var sleeper = store
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        // As if the first attempt had failed after its rename.
        try sleeper.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        #expect(sleeper.manifest.generation == 2, "nothing is left to commit")
        #expect(sleeper.manifest.shards.count == 1)
        #expect(try live() == ["a": "c"])
        let missing = ShardName(milliseconds: 9, random: 9)
        try Directory.rename(shard.name.path(in: directory), to: missing.path(in: directory))
        var other = try SampleIndex.create(.float32, at: scratch.path.appending("other"))
        let error = #expect(throws: ShardsError.self) {
            try other.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
        #expect(error?.code == .invalid)
    }

    @Test("two writers at once: the slower one follows the faster")
    func race() throws {
        var fast = try SampleIndex.create(.float32, at: directory)
        var slow = try IndexStore.open(directory)
        let first = try SampleIndex.shard([SampleIndex.document("a", claim: "c1", text: "one")], number: 1, for: fast)
        let second = try SampleIndex.shard([SampleIndex.document("a", claim: "c2", text: "two")], number: 2, for: fast)
        try fast.commit(IndexChanges(shards: [first]), at: SampleIndex.time)
        try slow.commit(IndexChanges(shards: [second]), at: SampleIndex.time)
        #expect(slow.manifest.generation == 3)
        #expect(slow.manifest.parent == 2)
        #expect(try live() == ["a": "c2"])
    }

    @Test("a tombstone file from a crash is not overwritten")
    func leftoverTombstones() throws {
        var store = try SampleIndex.create(.float32, at: directory)
        let first = try SampleIndex.shard(
            [SampleIndex.document("a", claim: "c1", text: "x"), SampleIndex.document("b", claim: "c1", text: "y")],
            number: 1, for: store)
        try store.commit(IndexChanges(shards: [first]), at: SampleIndex.time)
        let left = directory.appending("\(first.name)-3.tombstones")
        try AtomicFile.replaceVolatile([1, 2, 3], at: left)
        try store.commit(IndexChanges(removals: [identifier("a")]), at: SampleIndex.time)
        #expect(store.manifest.shards.first?.tombstones?.name == "\(first.name)-3-2.tombstones")
        #expect(try FileContents.read(left) == [1, 2, 3])
        #expect(try live() == ["b": "c1"])
        #expect(try IndexVerifier.verify(directory).orphans == ["\(first.name)-3.tombstones"])
    }

    @Test("a commit that cannot be written changes nothing")
    func unwritable() throws {
        var store = try SampleIndex.create(.float32, at: directory)
        let shard = try SampleIndex.shard([SampleIndex.document("a", claim: "c", text: "b")], number: 1, for: store)
        // Permissions would not hold root back.
        let plan = FaultPlan(below: directory, of: [.open, .rename, .link]) { _, _, path in
            path == directory ? .none : .fail(.permissionDenied)
        }
        plan.arm()
        let error = #expect(throws: ShardsError.self) {
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
        plan.disarm()
        #expect(error?.cause?.cause == .permissionDenied)
        #expect(store.manifest.generation == 1)
        #expect(store.catalog.count == 0)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        #expect(try live() == ["a": "c"])
    }

    @Test("random commits of random documents against a plain dictionary", arguments: 0..<12 as Range<UInt64>)
    func model(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var store = try SampleIndex.create(.ubinary, at: directory)
        var expected: [String: String] = [:]
        var claim = 0
        for number in 0..<12 as Range<UInt64> {
            var receipts: [ShardReceipt] = []
            var ends: [IndexChanges.EndedFile] = []
            var withdrawn: Set<String> = []
            var removals: [DocumentIdentifier] = []
            var documents = 0
            if Bool.random(using: &generator), let victim = expected.keys.sorted().randomElement(using: &generator) {
                let parts = victim.split(separator: "#").map(String.init)
                removals.append(identifier(parts[0], parts.count > 1 ? parts[1] : nil))
                expected[victim] = nil
            }
            var shards: [[(ShardDocument, [ShardPassage])]] = []
            for _ in 0..<UInt64.random(in: 0...2, using: &generator) {
                var samples: [(ShardDocument, [ShardPassage])] = []
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    claim += 1
                    let name = "c\(claim)"
                    let path = "p\(Int.random(in: 0..<4, using: &generator))"
                    let isWithdrawn = Int.random(in: 0..<5, using: &generator) == 0
                    let items: [String?] =
                        Bool.random(using: &generator)
                        ? [nil] : (0..<Int.random(in: 1...5, using: &generator)).map { "i\($0)" }
                    for item in items {
                        samples.append(
                            SampleIndex.document(path, item: item, claim: name, text: "text \(item ?? "") \(claim)"))
                        documents += 1
                        if !isWithdrawn { expected[item.map { "\(path)#\($0)" } ?? path] = name }
                    }
                    if isWithdrawn {
                        withdrawn.insert(name)
                    } else if Bool.random(using: &generator) {
                        // Of several versions of a path in one commit, the last one that ended wins.
                        ends.append(ended(path, staying: items, after: documents))
                        expected = expected.filter { document, holder in
                            let isOther = document != path && !document.hasPrefix("\(path)#")
                            return isOther || holder == name
                        }
                    }
                }
                shards.append(samples)
            }
            for (part, samples) in shards.enumerated() {
                receipts.append(try SampleIndex.shard(samples, number: number * 10 + UInt64(part), for: store))
            }
            try store.commit(
                IndexChanges(shards: receipts, withdrawn: withdrawn, ended: ends, removals: removals),
                at: SampleIndex.time)
            #expect(try live() == expected, "\(generator), commit \(number)")
            #expect(store.catalog.count == expected.count, "\(generator), commit \(number)")
            for (name, _) in expected {
                let parts = name.split(separator: "#").map(String.init)
                #expect(store.key(of: digest(parts[0], parts.count > 1 ? parts[1] : nil)) != nil, "\(generator)")
            }
            if Int.random(in: 0..<4, using: &generator) == 0 { store = try IndexStore.open(directory) }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                try store.garbage.collect(now: Date(), grace: -10)
                #expect(try live() == expected, "\(generator), after garbage of commit \(number)")
            }
        }
    }
}
