import Foundation
import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

/// The remains of a crash, an accident or a mistake in the directory.
@Suite("Recovery and garbage")
struct RecoveryTests {
    private let scratch: ScratchDirectory
    private var directory: FilePath { scratch.path.appending("index") }

    init() throws {
        scratch = try ScratchDirectory()
    }

    /// An index of `count` shards, each of one document, each committed alone.
    private func makeIndex(_ count: UInt64) throws -> IndexStore {
        var store = try SampleIndex.create(.float32, at: directory)
        for number in 1...count {
            let shard = try SampleIndex.shard(
                [SampleIndex.document("d\(number)", claim: "c\(number)", text: "text \(number)")], number: number,
                for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
        return store
    }

    private func damage(_ name: String) throws {
        var bytes = try FileContents.read(directory.appending(name))
        bytes[bytes.count / 2] ^= 1
        try AtomicFile.replaceVolatile(bytes, at: directory.appending(name))
    }

    private func names() throws -> [String] {
        try Directory.entries(of: directory).map(\.name.string)
    }

    @Test("no directory, no manifest: no index")
    func notFound() throws {
        #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
        try Directory.create(directory)
        let error = #expect(throws: ShardsError.self) { try IndexStore.open(directory) }
        #expect(error?.code == .notFound)
        #expect(error?.description.contains(directory.string) == true)
        #expect(throws: ShardsError.self) { try IndexVerifier.verify(directory) }
    }

    @Test("a damaged newest manifest: the previous one is read, and nothing is written", arguments: [false, true])
    func fallback(_ isEmptied: Bool) throws {
        _ = try makeIndex(3)
        if isEmptied {
            try AtomicFile.replaceVolatile([], at: directory.appending("manifest-4.json"))
        } else {
            try damage("manifest-4.json")
        }
        let snapshot = try Snapshot.open(directory)
        #expect(snapshot.manifest.generation == 3)
        #expect(snapshot.manifest.documents == 2)
        #expect(snapshot.damage.map(\.path) == [directory.appending("manifest-4.json")])
        let error = #expect(throws: ShardsError.self) { try IndexStore.open(directory) }
        #expect(error?.code == .corrupt)
        #expect(error?.path == directory.appending("manifest-4.json"))
        #expect(error?.message.contains("generation 3") == true)
        // The user decides to go back and moves the files away, as the message says.
        #expect(error?.message.contains("'generation'") == true)
        try Directory.removeFile(directory.appending("manifest-4.json"))
        try Directory.removeFile(directory.appending("generation"))
        #expect(try IndexStore.open(directory).manifest.generation == 3)
    }

    @Test("names that resemble ours are left alone")
    func strangeNames() throws {
        var store = try makeIndex(1)
        let names = [
            "manifest-9223372036854775807.json", "manifest-007.json", "manifest-.json", "manifest--3.json",
            "shard-1.zst", "shard-019AB697E801-00000001.zst", "x.tombstones",
        ]
        for name in names { try AtomicFile.replaceVolatile([1], at: directory.appending(name)) }
        store = try IndexStore.open(directory)
        try store.commit(IndexChanges(removals: [DocumentIdentifier(path: Array("d1".utf8))]), at: SampleIndex.time)
        #expect(store.manifest.generation == 3)
        #expect(try store.garbage.collect(now: Date(), grace: -10).isEmpty)
        #expect(Set(try self.names()).isSuperset(of: names))
        try AtomicFile.replaceVolatile(
            Array(repeating: 1, count: 200_000),
            at: directory.appending(try #require(store.manifest.shards[0].tombstones?.name)))
        #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
    }

    @Test("no manifest that verifies: corrupt, with advice")
    func allDamaged() throws {
        _ = try makeIndex(1)
        try damage("manifest-1.json")
        try damage("manifest-2.json")
        let error = #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
        #expect(error?.code == .corrupt)
        #expect(error?.path == directory.appending("manifest-2.json"))
        #expect(error?.message.contains("restore") == true)
    }

    @Test("a missing shard, tombstone or ranges file is named")
    func missingFiles() throws {
        var store = try makeIndex(2)
        let shard = try SampleIndex.shard(
            [SampleIndex.document("p", claim: "p", text: "p"), SampleIndex.document("q", claim: "q", text: "q")],
            number: 7, for: store)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        try store.commit(
            IndexChanges(removals: [DocumentIdentifier(path: Array("p".utf8))]), at: SampleIndex.time)
        let tombstones = try #require(store.manifest.shards.last?.tombstones?.name)
        for name in [tombstones, store.manifest.shards[0].name.fileName] {
            try Directory.removeFile(directory.appending(name))
            let error = #expect(throws: ShardsError.self) { try Snapshot.open(directory) }
            #expect(error?.code == .corrupt)
            #expect(error?.path == directory.appending(name))
            #expect(try IndexVerifier.verify(directory).findings.contains { $0.file == name })
        }
    }

    @Test("a truncated or replaced shard is refused when the index is opened")
    func wrongShard() throws {
        let store = try makeIndex(2)
        let first = store.manifest.shards[0].name.path(in: directory)
        let second = store.manifest.shards[1].name.path(in: directory)
        let bytes = try FileContents.read(first)
        try AtomicFile.replaceVolatile(Array(bytes.dropLast(100)), at: first)
        #expect(try #require(throws: ShardsError.self) { try Snapshot.open(directory) }.path == first)
        try AtomicFile.replaceVolatile(FileContents.read(second), at: first)
        let error = try #require(throws: ShardsError.self) { try Snapshot.open(directory) }
        #expect(error.code == .corrupt)
        #expect(error.path == first)
        #expect(error.message.contains("not the shard that the manifest lists"))
    }

    @Test("leftovers of a crash are not part of the index, and are collected when old")
    func leftovers() throws {
        var store = try makeIndex(2)
        _ = try SampleIndex.shard([SampleIndex.document("x", claim: "x", text: "x")], number: 50, for: store)
        let orphan = ShardName(milliseconds: 1_764_000_000_050, random: 50).fileName
        let temporary = ".shard-x.zst.17.abc.tmp"
        let strange = "notes.txt"
        for name in [temporary, strange] {
            try AtomicFile.replaceVolatile([1], at: directory.appending(name))
        }
        store = try IndexStore.open(directory, claims: ["x", "c1"])
        #expect(store.catalog.count == 2)
        #expect(store.committedClaims == ["c1"])
        let report = try IndexVerifier.verify(directory)
        #expect(report.isSound)
        #expect(report.orphans == [temporary, orphan])
        #expect(try store.garbage.collect(now: Date(), grace: 3600).isEmpty)
        let waiting = ShardName(milliseconds: 1_764_000_000_050, random: 50)
        #expect(try store.garbage.collect(now: Date(), grace: -10, sparing: [waiting]) == [temporary])
        try AtomicFile.replaceVolatile([1], at: directory.appending(temporary))
        #expect(try store.garbage.collect(now: Date(), grace: -10) == [temporary, orphan])
        #expect(try names().contains(strange))
        #expect(try IndexVerifier.verify(directory).isSound)
    }

    @Test("the last three generations are kept with the files they name")
    func generations() throws {
        var store = try makeIndex(4)
        // Kills the document of the first shard; two commits later no manifest lists it.
        try store.commit(IndexChanges(removals: [DocumentIdentifier(path: Array("d1".utf8))]), at: SampleIndex.time)
        let dead = store.manifest.shards[0].name.fileName
        for number in 10...13 as ClosedRange<UInt64> {
            let old = try Snapshot.open(directory)
            let shard = try SampleIndex.shard(
                [SampleIndex.document("e", claim: "e\(number)", text: "text \(number)")], number: number, for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
            try store.garbage.collect(now: Date(), grace: -10)
            #expect(try IndexVerifier.verify(directory).findings == [])
            #expect(try names().count { $0.hasPrefix("manifest-") } == 3)
            // An earlier reader continues undisturbed.
            for shard in old.shards {
                let reader = shard.reader
                #expect(try reader.text(of: reader.passage(ofRow: 0)).isEmpty == false)
            }
        }
        #expect(try !names().contains(dead))
    }

    @Test("an index of another identity is refused, with both values and advice")
    func mismatch() throws {
        let store = try makeIndex(1)
        let identity = store.identity
        var cases: [(IndexExpectation, [String])] = []
        func expect(_ change: (inout IndexExpectation) -> Void, _ words: [String]) {
            var expectation = IndexExpectation(identity)
            change(&expectation)
            cases.append((expectation, words))
        }
        let other = SampleIndex.digest("another")
        expect(
            { $0.model = other }, [identity.model.weights.hexadecimal, other.hexadecimal, "sample-model", "new index"])
        expect({ $0.encoder = other }, [identity.model.encoder.hexadecimal, other.hexadecimal, "configuration"])
        expect({ $0.ranges = other }, ["none", other.hexadecimal, "ranges.npy"])
        expect({ $0.dimension = 9 }, ["8", "9"])
        expect({ $0.precision = .int8 }, ["float32", "int8"])
        expect({ $0.compute = "int8" }, [identity.model.compute, "int8", "new index"])
        for (expectation, words) in cases {
            for error in [
                #expect(throws: ShardsError.self) { try Snapshot.open(directory, expecting: expectation) },
                #expect(throws: ShardsError.self) { try IndexStore.open(directory, expecting: expectation) },
            ] {
                #expect(error?.code == .mismatch)
                for word in words + [directory.string] { #expect(error?.description.contains(word) == true, "\(word)") }
            }
        }
        #expect(throws: Never.self) { try Snapshot.open(directory, expecting: IndexExpectation(identity)) }
        // Their vectors cannot be distinguished by searching.
        #expect(throws: Never.self) { try Snapshot.open(directory, expecting: IndexExpectation(compute: "bfloat16")) }
        #expect(throws: Never.self) { try Snapshot.open(directory, expecting: IndexExpectation(compute: "float32")) }
    }

    @Test("rows are found in their shards")
    func snapshot() throws {
        var store = try makeIndex(5)
        try store.commit(IndexChanges(removals: [DocumentIdentifier(path: Array("d2".utf8))]), at: SampleIndex.time)
        let snapshot = try Snapshot.open(directory)
        #expect(snapshot.rowCount == 5)
        #expect(snapshot.liveRowCount == 4)
        for row in 0..<5 { #expect(snapshot.locate(row: row) == (row, 0)) }
    }
}
