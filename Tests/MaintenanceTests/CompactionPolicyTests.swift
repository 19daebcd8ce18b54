import Foundation
import Maintenance
import Shards
import TestSupport
import Testing

@Suite("Which shards are merged next")
struct CompactionPolicyTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private static func shard(_ number: Int, rows: Int, live: Int? = nil, since: Date? = nil)
        -> CompactionPolicy.Candidate
    {
        CompactionPolicy.Candidate(
            name: ShardName(milliseconds: UInt64(number), random: 0), rows: rows, liveRows: live ?? rows,
            bytes: rows * 1_000,
            deadSince: since)
    }

    /// Merges until all is well; returns the bytes that were written.
    private static func settle(
        _ shards: inout [CompactionPolicy.Candidate], _ effort: CompactionPolicy.Effort, _ next: inout Int
    ) -> Int {
        var written = 0
        while let places = CompactionPolicy().next(shards, effort, now: now) {
            let rows = places.reduce(0) { $0 + shards[$1].liveRows }
            written += rows * 1_000
            let first = places[0]
            for place in places.reversed() { shards.remove(at: place) }
            next += 1
            shards.insert(shard(next, rows: rows), at: first)
        }
        return written
    }

    @Test(
        "every row is written few times, and an index at rest has about twenty shards",
        arguments: [(2_000, 100...100), (2_000, 1...200), (5_000, 1...1), (300, 1...20_000)], [false, true])
    func amplification(_ commits: (count: Int, rows: ClosedRange<Int>), isAlwaysResting: Bool) {
        var generator = SeededGenerator(seed: 1)
        var shards: [CompactionPolicy.Candidate] = []
        var (number, rows, written) = (0, 0, 0)
        for _ in 0..<commits.count {
            number += 1
            let count = Int.random(in: commits.rows, using: &generator)
            rows += count
            shards.append(Self.shard(number, rows: count))
            written += count * 1_000 + Self.settle(&shards, isAlwaysResting ? .resting : .busy, &number)
        }
        written += Self.settle(&shards, .resting, &number)
        #expect(shards.count <= 20)
        #expect(shards.reduce(0) { $0 + $1.rows } == rows)
        // One final rewrite of everything stays within eight times.
        #expect(Double(written) / Double(rows * 1_000) < 7, "\(generator)")
    }

    @Test("no shard grows beyond the limit, and those above half of it stay alone")
    func limit() {
        var policy = CompactionPolicy()
        policy.largestRowCount = 1_000
        let shards = (0..<30).map { Self.shard($0, rows: 501) }
        for effort in [CompactionPolicy.Effort.busy, .resting, .full] {
            #expect(policy.next(shards, effort, now: Self.now) == nil, "\(effort)")
        }
        let small = (0..<30).map { Self.shard($0, rows: 90) }
        #expect(policy.next(small, .full, now: Self.now)?.count == 11)
    }

    @Test(
        "dead rows force a shard to be written anew when they are a fifth, or a day old",
        arguments: [
            (100, 81, 10.0, false), (100, 80, 10, true), (100, 99, 86_399, false), (100, 99, 86_400, true),
            (100, 0, 0, true),
        ])
    func dead(rows: Int, live: Int, age: Double, isDue: Bool) {
        let shards = [Self.shard(1, rows: 100), Self.shard(2, rows: rows, live: live, since: Self.now - age)]
        let policy = CompactionPolicy()
        #expect(policy.next(shards, .busy, now: Self.now) == (isDue ? [1] : nil))
        #expect(policy.next(shards, .purge, now: Self.now) == [1])
        #expect(policy.next(shards, .purge, settled: [shards[1].name], now: Self.now) == nil)
        #expect(policy.next(shards, .full, now: Self.now) == [0, 1])
    }

    @Test(
        "nothing is to be done with nothing, one shard, or few of unlike size",
        arguments: CompactionPolicy.Effort.allCases)
    func content(effort: CompactionPolicy.Effort) {
        let policy = CompactionPolicy()
        #expect(policy.next([], effort, now: Self.now) == nil)
        #expect(policy.next([Self.shard(1, rows: 5)], effort, now: Self.now) == nil)
        let unlike = (0..<12).map { Self.shard($0, rows: 1 << (2 * $0)) }
        if effort != .full { #expect(policy.next(unlike, effort, now: Self.now) == nil) }
    }
}
