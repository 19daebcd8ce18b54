import Foundation
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// The store's memory of documents, and its size.
@Suite("The catalog")
struct CatalogTests {
    private let scratch: ScratchDirectory
    private var directory: FilePath { scratch.path.appending("index") }

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func commit(_ names: [(path: String, item: String?)], to store: inout IndexStore, number: UInt64) throws {
        var builder = ShardBuilder(identity: store.identity)
        for (path, item) in names {
            let (document, passages) = SampleIndex.document(path, item: item, claim: "c", text: "x")
            try builder.append(document, passages: passages, codes: [1])
        }
        let receipt = try builder.write(
            into: store.directory, name: ShardName(milliseconds: number, random: UInt32(number)))
        try store.commit(IndexChanges(shards: [receipt]), at: SampleIndex.time)
    }

    @Test("takes less than 80 bytes per document, newly opened or grown", arguments: [false, true])
    func memory(_ isItems: Bool) throws {
        var store = try SampleIndex.create(.ubinary, at: directory)
        let count = 12_000
        for part in 0..<4 {
            let names = (part * count / 4..<(part + 1) * count / 4).map { number in
                isItems
                    ? (path: "l\(number / 100).jsonl", item: "\(number)") : (path: "d\(number)", item: nil as String?)
            }
            try commit(names, to: &store, number: UInt64(part))
        }
        for store in [store, try IndexStore.open(directory)] {
            #expect(store.catalog.count == count)
            #expect(store.catalog.byteCount < count * 80, "\(store.catalog.byteCount / count) bytes a document")
        }
    }

    @Test("random items of random files come and go", arguments: 0..<4 as Range<UInt64>)
    func items(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var store = try SampleIndex.create(.ubinary, at: directory)
        var expected: [String: Set<String>] = [:]
        for round in 0..<8 as Range<UInt64> {
            var names: [(path: String, item: String?)] = []
            for _ in 0..<400 {
                let path = "p\(Int.random(in: 0..<30, using: &generator))"
                let item = "i\(Int.random(in: 0..<200, using: &generator))"
                names.append((path, item))
                expected[path, default: []].insert(item)
            }
            try commit(names, to: &store, number: round)
            var ends: [IndexChanges.EndedFile] = []
            for (path, items) in expected where Int.random(in: 0..<3, using: &generator) == 0 {
                let staying = items.filter { _ in Bool.random(using: &generator) }
                expected[path] = staying
                ends.append(
                    IndexChanges.EndedFile(path: Array(path.utf8), staying: Set(staying.map { digest(path, $0) })))
            }
            try store.commit(IndexChanges(ended: ends), at: SampleIndex.time)
            #expect(store.catalog.count == expected.values.reduce(0) { $0 + $1.count }, "\(generator)")
            for store in [store, try IndexStore.open(directory)] {
                for (path, items) in expected {
                    let found = store.catalog.digests(ofPath: Array(path.utf8))
                    #expect(Set(found) == Set(items.map { digest(path, $0) }), "\(generator)")
                    #expect(found.count == items.count)
                    #expect(store.hasDocuments(ofPath: Array(path.utf8)) == !items.isEmpty)
                }
            }
        }
        #expect(try IndexVerifier.verify(directory).isSound)
    }

    private func digest(_ path: String, _ item: String) -> IdentifierDigest {
        IdentifierDigest(path: Array(path.utf8), item: Array(item.utf8))
    }

    @Test("a file that changed while it was read: its rows are dead on arrival, older versions live")
    func withdrawn() throws {
        var store = try SampleIndex.create(.ubinary, at: directory)
        let old = try SampleIndex.shard([SampleIndex.document("a", claim: "c1", text: "old")], number: 1, for: store)
        try store.commit(IndexChanges(shards: [old]), at: SampleIndex.time)
        let new = try SampleIndex.shard(
            [
                SampleIndex.document("a", claim: "c2", text: "new"),
                SampleIndex.document("b", claim: "c3", text: "other"),
            ], number: 2, for: store)
        try store.commit(IndexChanges(shards: [new], withdrawn: ["c2"]), at: SampleIndex.time)
        let key = store.key(of: IdentifierDigest(path: Array("a".utf8)))
        #expect(key == KeyPrefix(SampleIndex.digest("aold")))
        #expect(store.manifest.shards.map(\.liveDocuments) == [1, 1])
        #expect(try IndexVerifier.verify(directory).isSound)
    }

    @Test("rows of a version that continues do not count as lost by an earlier one")
    func unfinishedVersion() throws {
        var store = try SampleIndex.create(.ubinary, at: directory)
        let shard = try SampleIndex.shard(
            [
                SampleIndex.document("l", item: "lost", claim: "c1", text: "x"),
                SampleIndex.document("l", item: "stays", claim: "c2", text: "x"),
                SampleIndex.document("l", item: "later", claim: "c3", text: "x"),
            ], number: 1, for: store)
        let end = IndexChanges.EndedFile(
            path: Array("l".utf8), staying: [digest("l", "stays")], documentsBefore: 2)
        try store.commit(IndexChanges(shards: [shard], ended: [end]), at: SampleIndex.time)
        #expect(
            Set(store.catalog.digests(ofPath: Array("l".utf8))) == [digest("l", "stays"), digest("l", "later")])
    }
}
