import Foundation
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

    /// What a reader sees: identifier and claim of each live document, read from the shards themselves.
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

    @Test("an interrupted creation is done again")
    func interruptedCreation() throws {
        _ = try SampleIndex.create(.int8, at: directory)
        try Directory.removeFile(directory.appending("manifest-1.json"))
        #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
        #expect(try SampleIndex.create(.int8, at: directory).manifest.generation == 1)
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
        var manifest = try store.commit(
            IndexChanges(shards: [first], clippedValues: 5, quantizedValues: 100), at: SampleIndex.time)
        #expect(manifest.generation == 2)
        #expect(manifest.documents == 4)
        #expect(try live() == ["a": "c1", "b": "c2", "l#x": "c3", "l#y": "c3"])
        #expect(store.catalog[identifier("b")]?.key == SampleIndex.digest("bone two"))
        #expect(
            Set(store.catalog.identifiers(ofPath: Array("l".utf8))) == [identifier("l", "x"), identifier("l", "y")])

        let second = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c4", text: "new"),
                SampleIndex.document("l", item: "y", claim: "c5", text: "blue"),
            ], number: 2, for: store)
        manifest = try store.commit(
            IndexChanges(
                shards: [second],
                replacements: [IndexChanges.Replacement(path: Array("l".utf8), claim: "c5")],
                removals: [identifier("b"), identifier("unknown")], clippedValues: 1, quantizedValues: 20),
            at: SampleIndex.time)
        #expect(manifest.generation == 3)
        #expect(manifest.clippedShare == 0.05)
        #expect(try live() == ["a": "c4", "l#y": "c5"])
        #expect(manifest.commits.last?.documents == 2)
        #expect(manifest.commits.last?.removedRows == first.rowCount)
        #expect(store.catalog.claims == ["c1", "c2", "c3", "c4", "c5"])

        // What is in memory is what a restart finds.
        let reopened = try IndexStore.open(directory, expecting: IndexExpectation(store.identity))
        #expect(reopened.manifest == store.manifest)
        #expect(reopened.catalog.claims == store.catalog.claims)
        #expect(reopened.catalog.count == 2)
        for name in [identifier("a"), identifier("b"), identifier("l", "x"), identifier("l", "y")] {
            #expect(reopened.catalog[name] == store.catalog[name])
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
            IndexChanges(
                shards: [first, second],
                replacements: [IndexChanges.Replacement(path: Array("l".utf8), claim: "c4")]), at: SampleIndex.time)
        #expect(try live() == ["a": "c3", "l#y": "c4"])
        #expect(store.manifest.shards.map(\.liveRows) == [0, 2])
        #expect(store.catalog.claims == ["c1", "c2", "c3", "c4"])
        #expect(try IndexStore.open(directory).catalog.claims == store.catalog.claims)
        let third = try SampleIndex.shard(
            [SampleIndex.document("b", claim: "c5", text: "three")], number: 3, for: store)
        try store.commit(IndexChanges(shards: [third]), at: SampleIndex.time)
        #expect(store.manifest.shards.map(\.name) == [second.name, third.name])
        #expect(try live() == ["a": "c3", "l#y": "c4", "b": "c5"])
    }

    @Test("nothing to commit is no generation, and a commit repeated adds nothing twice")
    func repeatedCommit() throws {
        var store = try SampleIndex.create(.float32, at: directory)
        #expect(try store.commit(IndexChanges(), at: SampleIndex.time).generation == 1)
        let shard = try SampleIndex.shard([SampleIndex.document("a", claim: "c", text: "b")], number: 1, for: store)
        var sleeper = store
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        // As if the first try had failed after its rename.
        try sleeper.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        #expect(sleeper.manifest.generation == 3)
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
        var seen: [Int] = []
        let manifest = try slow.commit(at: SampleIndex.time) { (catalog) throws(ShardsError) in
            seen.append(catalog.count)
            return IndexChanges(shards: [second])
        }
        #expect(seen == [0, 1])
        #expect(manifest.generation == 3)
        #expect(manifest.parent == 2)
        #expect(try live() == ["a": "c2"])
    }

    @Test("a tombstone file that a crash left is not overwritten")
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

    @Test(
        "a commit that cannot be written changes nothing",
        .enabled(if: getuid() != 0 || !FileStatus.exists("/dev/full")))
    func unwritable() throws {
        var store = try SampleIndex.create(.float32, at: directory)
        let shard = try SampleIndex.shard([SampleIndex.document("a", claim: "c", text: "b")], number: 1, for: store)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.string)
        #expect(throws: ShardsError.self) { try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time) }
        #expect(store.manifest.generation == 1)
        #expect(store.catalog.count == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.string)
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
            var replacements: [IndexChanges.Replacement] = []
            var removals: [DocumentIdentifier] = []
            if Bool.random(using: &generator), let victim = expected.keys.sorted().randomElement(using: &generator) {
                let parts = victim.split(separator: "#").map(String.init)
                removals.append(identifier(parts[0], parts.count > 1 ? parts[1] : nil))
                expected[victim] = nil
            }
            for part in 0..<UInt64.random(in: 0...2, using: &generator) {
                var samples: [(ShardDocument, [ShardPassage])] = []
                claim += 1
                let path = "p\(Int.random(in: 0..<4, using: &generator))"
                if Bool.random(using: &generator) {
                    samples.append(SampleIndex.document(path, claim: "c\(claim)", text: "text \(claim)"))
                    expected[path] = "c\(claim)"
                } else {
                    let isWhole = Bool.random(using: &generator)
                    // A commit has one replacement per path: that of the claim that is the last.
                    if isWhole, !replacements.contains(where: { $0.path == Array(path.utf8) }), part == 0 {
                        replacements.append(IndexChanges.Replacement(path: Array(path.utf8), claim: "c\(claim)"))
                        expected = expected.filter { !$0.key.hasPrefix(path) }
                    } else if replacements.contains(where: { $0.path == Array(path.utf8) }) {
                        continue
                    }
                    for item in 0..<Int.random(in: 1...5, using: &generator) {
                        samples.append(
                            SampleIndex.document(path, item: "i\(item)", claim: "c\(claim)", text: "item \(item)"))
                        expected["\(path)#i\(item)"] = "c\(claim)"
                    }
                }
                if let replacement = replacements.first(where: { $0.path == Array(path.utf8) }),
                    replacement.claim != "c\(claim)"
                {
                    expected[path] = nil
                }
                receipts.append(try SampleIndex.shard(samples, number: number * 10 + part, for: store))
            }
            try store.commit(
                IndexChanges(shards: receipts, replacements: replacements, removals: removals), at: SampleIndex.time)
            #expect(try live() == expected, "\(generator), commit \(number)")
            #expect(store.catalog.count == expected.count, "\(generator), commit \(number)")
            if Int.random(in: 0..<4, using: &generator) == 0 { store = try IndexStore.open(directory) }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                try store.collectGarbage(now: Date(), grace: -10)
                #expect(try live() == expected, "\(generator), after garbage of commit \(number)")
            }
        }
    }
}
