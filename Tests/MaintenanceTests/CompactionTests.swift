import Foundation
import Maintenance
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("Compaction of a living index")
struct CompactionTests {
    private func compactor(
        of index: LivingIndex, _ policy: CompactionPolicy = CompactionPolicy(), holding claims: Set<String> = []
    ) -> Compactor {
        Compactor(index.directory, policy, reserve: 0, committing: index) { claims }
    }

    /// Compacts until all is well; returns the bytes that were written.
    @discardableResult
    private func compact(
        _ index: LivingIndex, _ effort: CompactionPolicy.Effort, holding claims: Set<String> = []
    ) throws -> Int {
        var compactor = compactor(of: index, holding: claims)
        var written = 0
        while case .replaced(let report) = try compactor.step(effort, now: index.now) { written += report.bytesWritten }
        return written
    }

    private func expectSound(_ index: LivingIndex, _ comment: Comment? = nil) throws {
        let faults = try index.faults()
        #expect(faults == [], comment)
    }

    @Test(
        "a life of commits, replacements, forgetting and merges loses and keeps nothing wrongly",
        arguments: 1...6 as ClosedRange<UInt64>)
    func life(seed: UInt64) throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: seed, hasTerms: seed % 3 != 0)
        for round in 0..<60 {
            try index.put(index.draw(Int.random(in: 1...30), of: 400))
            if index.chance(0.3) { try index.forget(index.draw(4, of: 400)) }
            if index.chance(0.5) { try compact(index, index.chance(0.5) ? .busy : .resting) }
            if round % 20 == 19 { try expectSound(index, "seed \(seed), round \(round)") }
        }
        try compact(index, .resting)
        #expect(index.shardCount <= 20)
        try expectSound(index, "seed \(seed)")
        try compact(index, .full)
        #expect(index.shardCount == 1)
        try expectSound(index, "seed \(seed)")
        #expect(try Snapshot.open(index.directory).rowCount == index.expected.values.reduce(0) { $0 + $1.texts.count })
    }

    @Test("frames of text are spliced and packed anew, with rows of every size left out")
    func text() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 7)
        // Some hundred kilobytes of text in each shard, so that frames are whole.
        for part in 0..<3 { try index.put((0..<1_500).map { "d\(part * 1_000 + $0)" }) }
        try index.forget((100..<110).map { "d\($0)" } + ["d2999", "d3000"])
        try compact(index, .full)
        try expectSound(index)
    }

    @Test("a reader that was opened before reads to its end, and rows that die meanwhile are dead after")
    func overlapping() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 8)
        for _ in 0..<10 { try index.put(index.draw(20, of: 100)) }
        let before = try Snapshot.open(index.directory)
        var compactor = compactor(of: index)
        var calls = 0
        let outcome = try compactor.step(.full, now: index.now) {
            calls += 1
            // A commit in the middle of the merge.
            if calls == 5 {
                try? index.put(index.draw(10, of: 100))
                try? index.forget(["d1", "d2"])
            }
            return true
        }
        guard case .replaced = outcome else {
            Issue.record("\(outcome)")
            return
        }
        try expectSound(index)
        try compact(index, .purge)
        for shard in before.shards {
            var rows = try RowReader(shard.reader)
            for row in 0..<shard.reader.rowCount { _ = try rows.text(of: try rows.passage(ofRow: row)) }
        }
    }

    @Test("a step that is asked to end leaves nothing, and a shard that others replaced is not replaced again")
    func ended() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 9)
        for _ in 0..<4 { try index.put(index.draw(20, of: 100)) }
        let files = try OpenDirectory(index.directory).entries().map(\.name.string).sorted()
        var first = compactor(of: index)
        for limit in 0..<8 {
            var calls = 0
            let outcome = try first.step(.full, now: index.now) {
                calls += 1
                return calls <= limit
            }
            #expect(outcome == .ended, "\(limit)")
            #expect(try OpenDirectory(index.directory).entries().map(\.name.string).sorted() == files, "\(limit)")
        }
        var isDone = false
        let outcome = try first.step(.full, now: index.now) {
            if !isDone {
                isDone = true
                _ = try? compact(index, .full)
            }
            return true
        }
        #expect(outcome == .overtaken)
        try expectSound(index)
    }

    @Test("what was forgotten is in no file after a purge, and before it neither once the older generations are gone")
    func purge() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 10)
        for _ in 0..<6 { try index.put(index.draw(40, of: 120)) }
        let forgotten = index.expected.keys.sorted().prefix(5)
        let words = forgotten.compactMap { index.expected[$0] }.map { "secret\($0.number)x0" }
        try index.forget(Array(forgotten))
        for word in words { #expect(try !index.files(holdingAnyOf: [word]).isEmpty) }
        let maintained = try MaintainedIndex(index.directory)
        let outcome = try maintained.compact(.purge, reserve: 0, claims: { [] }) { _ in }
        #expect(outcome == .content)
        #expect(try index.files(holdingAnyOf: words) == [])
        #expect(try IndexVerifier.verify(index.directory).isSound)
        let manifests = try OpenDirectory(index.directory).entries().filter { $0.name.string.hasPrefix("manifest-") }
        #expect(manifests.count == 1)
        // The store that did not make the exchange reads the index again.
        try index.put(["new"])
        try expectSound(index)
    }

    @Test("a purge also removes what an earlier merge left for its time of grace, and spares what waits for its commit")
    func purgeAfterMerge() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 13)
        for _ in 0..<3 { try index.put(index.draw(20, of: 50)) }
        let forgotten = index.expected.keys.sorted().prefix(4)
        let words = forgotten.compactMap { index.expected[$0] }.map { "secret\($0.number)x0" }
        try index.forget(Array(forgotten))
        try compact(index, .full)
        #expect(try !index.files(holdingAnyOf: words).isEmpty)
        // A shard that a daemon has written and not committed yet.
        let folder = scratch.path.appending("other")
        try Directory.create(folder)
        let other = try LivingIndex(in: folder, seed: 15)
        for number in 0..<200 { try other.put(["other\(number)"]) }
        let waiting = try #require(try Snapshot.open(other.directory).shards.last)
        let claim = try waiting.reader.document(0).document.claim
        let name = "shard-000000000001-00000001.zst"
        try FileManager.default.copyItem(
            atPath: other.directory.appending(waiting.listed.name.fileName).string,
            toPath: index.directory.appending(name).string)
        for claims in [[claim], []] as [Set<String>] {
            var leftovers = MaintainedIndex.Leftovers()
            let maintained = try MaintainedIndex(index.directory)
            _ = try maintained.compact(.purge, reserve: 0, claims: { claims }, leftovers: &leftovers) { _ in }
            #expect(leftovers.kept == (claims.isEmpty ? [] : [name]))
            #expect(try index.files(holdingAnyOf: words) == [])
        }
        try expectSound(index)
    }

    @Test("shards without words take none from those that have them")
    func wordless() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 16)
        for number in 0..<6 { try index.put(["d\(number)", "e\(number)"], hasWords: number % 2 == 0) }
        try compact(index, .full)
        let shards = try Snapshot.open(index.directory).shards
        #expect(shards.map { $0.reader.terms != nil }.sorted { $0 && !$1 } == [true, false])
        #expect(try IndexVerifier.verify(index.directory).isSound)
        #expect(shards.reduce(0) { $0 + $1.reader.documentCount } == 12)
    }

    @Test("a store answers by what others have committed once it is refreshed")
    func refresh() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 14)
        var other = try IndexStore.open(index.directory)
        let digest = IdentifierDigest(path: Array("x".utf8))
        #expect(other.key(of: digest) == nil)
        try index.put(["x"])
        try other.refresh()
        let first = try #require(other.key(of: digest))
        try index.put(["x"])
        try other.refresh()
        #expect(other.key(of: digest) != first)
    }

    @Test("dead rows whose claim lies in work/ stay until it does not")
    func claims() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 11)
        try index.put(["a", "b"])
        let snapshot = try Snapshot.open(index.directory)
        var rows = try RowReader(snapshot.shards[0].reader)
        let claim = try rows.document(0).document.claim
        try index.put(["a"])
        try compact(index, .purge, holding: [claim])
        #expect(try Snapshot.open(index.directory).rowCount > index.expected.values.reduce(0) { $0 + $1.texts.count })
        #expect(try IndexStore.open(index.directory, claims: [claim]).committedClaims == [claim])
        try compact(index, .full, holding: [claim])
        #expect(try IndexStore.open(index.directory, claims: [claim]).committedClaims == [claim])
        try expectSound(index)
        try compact(index, .full)
        #expect(try IndexStore.open(index.directory, claims: [claim]).committedClaims == [])
        #expect(try Snapshot.open(index.directory).rowCount == index.expected.values.reduce(0) { $0 + $1.texts.count })
    }

    @Test("a disk without room is told, and nothing is written")
    func noRoom() throws {
        let scratch = try ScratchDirectory()
        let index = try LivingIndex(in: scratch.path, seed: 12)
        for _ in 0..<2 { try index.put(index.draw(20, of: 100)) }
        var compactor = Compactor(index.directory, reserve: 1 << 60, committing: index) { [] }
        guard case .noRoom(let needed, let free) = try compactor.step(.full, now: index.now) else {
            Issue.record("it was compacted")
            return
        }
        #expect(needed > free && index.shardCount == 2)
    }
}
