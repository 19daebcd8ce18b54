import Foundation
import Identity
import Platform
import Quantization
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The result of a commit when the disk fails, and the state that it leaves.
@Suite("The durability of a commit")
struct DurabilityTests {
    private let scratch: ScratchDirectory
    private var directory: FilePath { scratch.path.appending("index") }

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func makeIndex() throws -> IndexStore {
        var store = try SampleIndex.create(.int8, at: directory)
        let shard = try SampleIndex.shard(
            [SampleIndex.document("a", claim: "c1", text: "x"), SampleIndex.document("b", claim: "c1", text: "y")],
            number: 1, for: store)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        return store
    }

    private func removal(_ path: String) -> IndexChanges {
        IndexChanges(removals: [DocumentIdentifier(path: Array(path.utf8))])
    }

    /// Makes calls of one kind on one path fail; the first ones can succeed.
    private func plan(
        _ call: SystemCall, on path: FilePath, _ error: Errno, after passed: Int = 0, times: Int = .max
    ) -> FaultPlan {
        let counter = Counter()
        return FaultPlan(below: scratch.path) { site, _, place in
            guard site.call == call, place == path else { return .none }
            let number = counter.next()
            return number >= passed && number - passed < times ? .fail(error) : .none
        }
    }

    private func names() throws -> Set<String> {
        Set(try Directory.entries(of: directory).map(\.name.string))
    }

    @Test("a directory that cannot be synchronized before the manifest's rename: not published")
    func notPublished() throws {
        var store = try makeIndex()
        let plan = plan(.synchronize, on: directory, .ioError, times: 1)
        plan.arm()
        defer { plan.disarm() }
        let error = #expect(throws: ShardsError.self) { try store.commit(removal("a"), at: SampleIndex.time) }
        #expect(error?.code == .system)
        #expect(store.manifest.generation == 2)
        #expect(store.catalog.count == 2)
        #expect(try Snapshot.open(directory).manifest.documents == 2)
        // The second attempt uses the existing tombstones.
        let before = try names()
        #expect(isDurable(try store.commit(removal("a"), at: SampleIndex.time)))
        #expect(try names().subtracting(before) == ["manifest-3.json"])
        #expect(try IndexVerifier.verify(directory).findings == [])
    }

    @Test(
        "an uncertain manifest name: unknown, and confirmed in the end",
        arguments: [false, true])
    func doubtful(hasHappened: Bool) throws {
        var store = try makeIndex()
        let shard = try SampleIndex.shard([SampleIndex.document("a", claim: "c2", text: "z")], number: 2, for: store)
        let left = Counter()
        let manifest = directory.appending("manifest-3.json")
        let plan = FaultPlan(below: directory, of: [.rename, .status, .open]) { site, _, place in
            if site.call == .rename, place.lastComponent?.string.hasPrefix(".manifest-3.json") == true, left.value == 0
            {
                _ = left.next()
                return hasHappened ? .failAfterwards(.ioError) : .fail(.ioError)
            }
            // The commit asks whether it exists and what it contains, and the next attempt to finish it asks once.
            guard place == manifest, (1..<4).contains(left.value) else { return .none }
            _ = left.next()
            return .fail(.ioError)
        }
        plan.arm()
        defer { plan.disarm() }
        #expect(!isDurable(try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)))
        // The files of the commit are spared while it is not known to be published.
        plan.disarm()
        #expect(try store.garbage.collect(now: Date(), grace: -10) == [])
        plan.arm()
        var attempts = 1
        while (try? isDurable(store.confirmDurability())) != true, attempts < 5 { attempts += 1 }
        plan.disarm()
        #expect(store.manifest.generation == 3)
        #expect(store.catalog.count == 2)
        #expect(try Snapshot.open(directory).manifest == store.manifest)
        #expect(try IndexVerifier.verify(directory).findings == [])
        #expect(try IndexVerifier.verify(directory).orphans == [])
        #expect(isDurable(try store.commit(removal("b"), at: SampleIndex.time)))
        #expect(store.manifest.generation == 4)
    }

    @Test("an uncertain commit is finished before the next one", arguments: [false, true])
    func nextAfterDoubt(hasHappened: Bool) throws {
        var store = try makeIndex()
        let manifest = directory.appending("manifest-3.json")
        let isInDoubt = Mutex(true)
        let plan = FaultPlan(below: directory, of: [.rename, .status, .open]) { site, _, place in
            guard isInDoubt.withLock({ $0 }) else { return .none }
            if site.call == .rename { return hasHappened ? .failAfterwards(.ioError) : .fail(.ioError) }
            return place == manifest ? .fail(.ioError) : .none
        }
        let shard = try SampleIndex.shard([SampleIndex.document("c", claim: "c2", text: "z")], number: 2, for: store)
        plan.arm()
        defer { plan.disarm() }
        #expect(!isDurable(try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)))
        #expect(throws: ShardsError.self) { try store.commit(removal("a"), at: SampleIndex.time) }
        isInDoubt.withLock { $0 = false }
        #expect(isDurable(try store.commit(removal("a"), at: SampleIndex.time)))
        #expect(store.manifest.generation == 4)
        #expect(try Snapshot.open(directory).manifest.documents == 2)
        #expect(try IndexVerifier.verify(directory).findings == [])
    }

    @Test("tombstones that wait for the next attempt are not collected at any age")
    func sparedTombstones() throws {
        var store = try makeIndex()
        let failing = plan(.synchronize, on: directory, .ioError, times: 1)
        failing.arm()
        #expect(throws: ShardsError.self) { try store.commit(removal("a"), at: SampleIndex.time) }
        failing.disarm()
        let tombstones = try names().filter { $0.hasSuffix(".tombstones") }
        #expect(tombstones.count == 1)
        let collector = store.garbage
        #expect(try collector.collect(now: Date(), grace: -10) == [])
        // It took its list before the commit and removes files after it.
        #expect(isDurable(try store.commit(removal("a"), at: SampleIndex.time)))
        #expect(try collector.collect(now: Date(), grace: -10) == [])
        #expect(try store.garbage.collect(now: Date(), grace: -10) == [])
        #expect(try names().isSuperset(of: tombstones))
        #expect(try IndexVerifier.verify(directory).findings == [])
    }

    @Test("tombstones of an abandoned commit are collected")
    func forsakenTombstones() throws {
        var store = try makeIndex()
        let failing = plan(.synchronize, on: directory, .ioError, times: 1)
        failing.arm()
        #expect(throws: ShardsError.self) { try store.commit(removal("a"), at: SampleIndex.time) }
        failing.disarm()
        let tombstones = try names().filter { $0.hasSuffix(".tombstones") }
        #expect(isDurable(try store.commit(removal("b"), at: SampleIndex.time)))
        #expect(Set(try store.garbage.collect(now: Date(), grace: -10)) == tombstones)
        #expect(try IndexVerifier.verify(directory).findings == [])
    }

    private func isDurable(_ durability: Durability) -> Bool {
        if case .durable = durability { true } else { false }
    }

    @Test("a directory that cannot be synchronized afterwards: published, and nothing is taken back")
    func publishedNotDurable() throws {
        var store = try makeIndex()
        let plan = plan(.synchronize, on: directory, .ioError, after: 1, times: 3)
        plan.arm()
        defer { plan.disarm() }
        #expect(!isDurable(try store.commit(removal("a"), at: SampleIndex.time)))
        #expect(store.manifest.generation == 3)
        #expect(store.catalog.count == 1)
        #expect(try Snapshot.open(directory).manifest.documents == 1)
        #expect(try IndexVerifier.verify(directory).isSound)
        // An empty commit is not durable either while the previous one is not.
        #expect(!isDurable(try store.confirmDurability()))
        #expect(!isDurable(try store.commit(IndexChanges(), at: SampleIndex.time)))
        #expect(isDurable(try store.confirmDurability()))
        #expect(isDurable(try store.commit(IndexChanges(), at: SampleIndex.time)))
        #expect(store.manifest.generation == 3)
    }

    @Test("superseded manifests stay until their successor is durable, then three are left")
    func supersededManifests() throws {
        var store = try makeIndex()
        for number in 2...3 as ClosedRange<UInt64> {
            let shard = try SampleIndex.shard(
                [SampleIndex.document("d\(number)", claim: "c", text: "z")], number: number, for: store)
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
        #expect(try names().count { $0.hasPrefix("manifest-") } == 3)
        let failing = plan(.synchronize, on: directory, .ioError, after: 1)
        failing.arm()
        #expect(!isDurable(try store.commit(removal("d2"), at: SampleIndex.time)))
        #expect(try names().count { $0.hasPrefix("manifest-") } == 4)
        failing.disarm()
        #expect(isDurable(try store.confirmDurability()))
        #expect(
            try names().filter { $0.hasPrefix("manifest-") }.sorted() == [
                "manifest-3.json", "manifest-4.json", "manifest-5.json",
            ])
    }

    @Test("an index whose newest generation cannot be made durable is not opened for writing")
    func openingMakesDurable() throws {
        _ = try makeIndex()
        let plan = plan(.synchronize, on: directory, .ioError, times: 1)
        plan.arm()
        defer { plan.disarm() }
        let error = #expect(throws: ShardsError.self) { try IndexStore.open(directory, claims: ["c1"]) }
        #expect(error?.code == .system)
        #expect(try IndexStore.open(directory, claims: ["c1"]).committedClaims == ["c1"])
    }

    @Test(
        "an error of the system is reported as one for every file",
        arguments: [.status, .open, .read, .map] as [SystemCall],
        [.tooManyOpenFiles, .noMemory, .ioError, .permissionDenied] as [Errno])
    func systemErrors(_ call: SystemCall, _ errno: Errno) throws {
        var store = try makeIndex()
        try store.commit(removal("a"), at: SampleIndex.time)
        let shard = store.manifest.shards[0]
        let tombstones = try #require(shard.tombstones?.name)
        // Only shards are mapped, and nothing of them is read.
        for name in ["manifest-3.json", "ranges.npy", tombstones, shard.name.fileName]
        where (call == .map) == name.hasSuffix(".zst") || call != .map && call != .read {
            let plan = plan(call, on: directory.appending(name), errno)
            plan.arm()
            defer { plan.disarm() }
            for error in [
                #expect(throws: ShardsError.self) { try Snapshot.open(directory) },
                #expect(throws: ShardsError.self) { try IndexStore.open(directory) },
            ] {
                #expect(error?.code == .system, "\(name)")
                #expect(error?.cause?.cause == errno)
            }
        }
    }

    @Test(
        "a shard with an unreadable status does not count as missing",
        arguments: [.tooManyOpenFiles, .ioError, .noMemory, .permissionDenied] as [Errno])
    func statusOfShard(_ errno: Errno) throws {
        var store = try makeIndex()
        let shard = try SampleIndex.shard([SampleIndex.document("c", claim: "c2", text: "z")], number: 2, for: store)
        let plan = plan(.status, on: shard.name.path(in: directory), errno, times: 1)
        plan.arm()
        defer { plan.disarm() }
        let error = #expect(throws: ShardsError.self) {
            try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        }
        #expect(error?.code == .system)
        try store.commit(IndexChanges(shards: [shard]), at: SampleIndex.time)
        #expect(store.manifest.documents == 3)
    }

    @Test("a shard whose successful rename is reported as failed exists")
    func lyingRename() throws {
        let store = try makeIndex()
        let plan = FaultPlan(below: scratch.path) { site, _, _ in
            site.call == .rename ? .failAfterwards(.ioError) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        let shard = try SampleIndex.shard([SampleIndex.document("c", claim: "c2", text: "z")], number: 2, for: store)
        #expect(try names().contains(shard.name.fileName))
        #expect(try names().allSatisfy { !$0.hasSuffix(".tmp") })
    }

    @Test("the owner can write files and the group can read them, under any umask")
    func modes() throws {
        var store = try makeIndex()
        try store.commit(removal("a"), at: SampleIndex.time)
        #expect(try FileStatus.of(directory).permissions & 0o777 == 0o750)
        let kinds = try names().map { name throws in
            #expect(try FileStatus.of(directory.appending(name)).permissions == 0o640, "\(name)")
            return name.split(separator: ".").last ?? ""
        }
        #expect(Set(kinds) == ["json", "npy", "zst", "tombstones", "generation"])
    }

    /// Numbers calls.
    private final class Counter: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }
}
