package import FoundationEssentials
package import Shards

/// Says which shards are written anew as one, from their numbers alone.
///
/// Shards of like size are merged, as in Lucene's tiered merges: each time a row is written its shard is several times larger, so a
/// row is written a logarithmic number of times. Dead rows force a shard to be written anew when they are many or old.
package struct CompactionPolicy: Sendable, Equatable {
    /// How much is done.
    package enum Effort: Sendable, Hashable, CaseIterable {
        /// Others need the disk: only merges that pay.
        case busy
        /// Nothing else goes on: also those that bring the number of shards down to that of an index at rest.
        case resting
        /// Everything into as few shards as there can be, without dead rows.
        case full
        /// All shards with dead rows.
        case purge
    }

    /// The numbers of a shard.
    package struct Candidate: Sendable, Equatable {
        package let name: ShardName
        package let rows: Int
        package let liveRows: Int
        package let bytes: Int
        /// When the first of its dead rows died; nil where all live.
        package let deadSince: Date?

        package init(name: ShardName, rows: Int, liveRows: Int, bytes: Int, deadSince: Date?) {
            self.name = name
            self.rows = rows
            self.liveRows = liveRows
            self.bytes = bytes
            self.deadSince = deadSince
        }

        /// The bytes that the live rows take.
        var liveBytes: Double { Double(bytes) * Double(liveRows) / Double(max(rows, 1)) }
    }

    /// The fewest shards that are merged while others work.
    package var fan = 8
    /// The most shards of an index at rest, apart from those that are too large to be merged.
    package var restingShards = 20
    /// The most shards that are merged at a time.
    package var widest = 256
    /// The share of dead rows from which on a shard is written anew.
    package var deadShare = 0.2
    /// The seconds after which any dead row is too old.
    package var deadAge: TimeInterval = 86_400
    /// The most rows of a shard that is made: its terms must have less than 4 GiB (Format.md, 1.8).
    package var largestRowCount = 1 << 23

    package init() {}

    /// The places of the shards that are next written anew as one; nil when all is well.
    ///
    /// - Parameters:
    ///   - shards: the shards, in the order of the index.
    ///   - effort: how much is done.
    ///   - settled: shards whose dead rows have to stay for now.
    ///   - now: the present.
    /// - Returns: the places in ascending order; a single one is to lose its dead rows.
    package func next(
        _ shards: [Candidate], _ effort: Effort, settled: Set<ShardName> = [], now: Date
    ) -> [Int]? {
        func hasDead(_ place: Int) -> Bool {
            shards[place].liveRows < shards[place].rows && !settled.contains(shards[place].name)
        }
        switch effort {
        case .full: return largestGroup(shards, hasDead)
        case .purge: return shards.indices.first(where: hasDead).map { [$0] }
        case .busy, .resting: break
        }
        if let place = shards.indices.first(where: { hasDead($0) && isDue(shards[$0], now) }) { return [place] }
        let open = shards.indices.filter { shards[$0].liveRows <= largestRowCount / 2 }
            .sorted { (shards[$0].liveBytes, $0) < (shards[$1].liveBytes, $1) }
        if let window = cheapestWindow(open, of: shards, least: fan, growth: 4) { return window }
        guard effort == .resting, open.count > restingShards else { return nil }
        return cheapestWindow(open, of: shards, least: 2, growth: 2) ?? Array(open.prefix(2).sorted())
    }

    private func isDue(_ shard: Candidate, _ now: Date) -> Bool {
        Double(shard.rows - shard.liveRows) >= deadShare * Double(shard.rows)
            || now.timeIntervalSince(shard.deadSince ?? .distantPast) >= deadAge
    }

    /// The first shards in order that make one, where that changes anything.
    private func largestGroup(_ shards: [Candidate], _ hasDead: (Int) -> Bool) -> [Int]? {
        var group: [Int] = []
        var rows = 0
        for place in shards.indices {
            if !group.isEmpty, rows + shards[place].liveRows > largestRowCount {
                if group.count > 1 || group.contains(where: hasDead) { return group }
                (group, rows) = ([], 0)
            }
            group.append(place)
            rows += shards[place].liveRows
        }
        return group.count > 1 || group.contains(where: hasDead) ? group : nil
    }

    /// The neighbours by size that take the fewest bytes for each shard that goes; nil where none is at least `growth` times as
    /// large together as the largest of them alone.
    private func cheapestWindow(_ order: [Int], of shards: [Candidate], least: Int, growth: Double) -> [Int]? {
        var best: (cost: Double, window: Range<Int>)?
        for first in order.indices {
            var (bytes, rows) = (0.0, 0)
            for end in order[first...].indices.prefix(widest) {
                let shard = shards[order[end]]
                bytes += shard.liveBytes
                rows += shard.liveRows
                guard rows <= largestRowCount else { break }
                let count = end - first + 1
                // Where all are small their sizes say little.
                let largest = max(shard.liveBytes, Self.smallByteCount)
                guard count >= least, max(bytes, Double(count) * Self.smallByteCount) >= growth * largest else {
                    continue
                }
                let cost = (bytes + Self.smallByteCount) / Double(count - 1)
                if best.map({ cost < $0.cost }) ?? true { best = (cost, first..<end + 1) }
            }
        }
        return best.map { order[$0.window].sorted() }
    }

    /// Smaller shards cost as much as this one: the file itself.
    private static let smallByteCount = 16_384.0
}
