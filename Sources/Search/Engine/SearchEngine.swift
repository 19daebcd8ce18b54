package import Platform
package import Quantization
package import Shards
import Synchronization

/// Ranks the rows of a snapshot: exact, over all mapped shards, on all cores.
///
/// The codes are read once for all queries of a call, block by block in place. One core can read as fast as memory
/// delivers, so bytes per row and rows per pass determine the speed (faiss and usearch read once per query). Each task
/// keeps its own best rows and takes the next work unit when it finishes one; the lists are merged at the end.
package struct SearchEngine: Sendable {
    /// The generation to search.
    package let snapshot: Snapshot
    private let threads: ThreadPool
    private let taskCount: Int
    private let units: [WorkUnit]

    /// Prepares a search over one generation.
    ///
    /// Scans run on `threads`, which must be our own pool because they compute. There are `taskCount` scans at a time,
    /// or one for each usable processor, and each takes units of about `unitBytes` of codes.
    package init(_ snapshot: Snapshot, threads: ThreadPool, taskCount: Int? = nil, unitBytes: Int = 2 << 20) {
        self.snapshot = snapshot
        self.threads = threads
        self.taskCount = max(taskCount ?? Processors.usable, 1)
        units = WorkUnit.dividing(snapshot, byteCount: unitBytes)
    }

    /// The best live rows for each query, best first; rows of equal score are in the snapshot's order.
    ///
    /// The queries must be prepared for the snapshot's precision and dimension. There are at most `limit` rows, or
    /// fewer when fewer are live.
    package func ranked(_ queries: [ScoringQuery], limit: Int) async -> [[RankedRow]] {
        guard !queries.isEmpty else { return [] }
        let snapshot = snapshot
        let cursor = UnitCursor(units)
        let tasks = min(taskCount, max(units.count, 1))
        return await withTaskExecutorPreference(threads) {
            await withTaskGroup(of: [TopRows].self) { group in
                for _ in 0..<tasks {
                    group.addTask { Self.scan(snapshot, unitsOf: cursor, for: queries, limit: limit) }
                }
                var best = queries.map { _ in TopRows(limit: limit) }
                for await found in group {
                    for index in best.indices { best[index].merge(found[index]) }
                }
                return best.map { $0.ranked() }
            }
        }
    }

    private static func scan(
        _ snapshot: Snapshot, unitsOf cursor: UnitCursor, for queries: [ScoringQuery], limit: Int
    ) -> [TopRows] {
        var best = queries.map { _ in TopRows(limit: limit) }
        while let unit = cursor.next() {
            let shard = snapshot.shards[unit.shard]
            for block in unit.blocks { scan(shard, block: block, for: queries, into: &best) }
        }
        return best
    }

    private static func scan(
        _ shard: SnapshotShard, block: Int, for queries: [ScoringQuery], into best: inout [TopRows]
    ) {
        let reader = shard.reader
        let base = UInt64(shard.firstRow)
        let firstRow = base + UInt64(reader.codes.rows(inBlock: block).lowerBound)
        for index in queries.indices {
            if let dead = shard.dead {
                queries[index].scan(rows: reader.codeBlock(block), firstRow: firstRow, into: &best[index]) { row in
                    !dead.contains(Int(row - base))
                }
            } else {
                queries[index].scan(rows: reader.codeBlock(block), firstRow: firstRow, into: &best[index])
            }
        }
    }
}

/// A range of a shard's blocks that one task scans without interruption.
struct WorkUnit: Sendable, Equatable {
    /// The shard's index in the snapshot.
    let shard: Int
    let blocks: Range<Int>

    /// Divides all codes of a snapshot into units of about `byteCount` bytes, in order.
    ///
    /// Units are small enough for all tasks to end at about the same time, and large enough to make taking one cheap.
    static func dividing(_ snapshot: Snapshot, byteCount: Int) -> [WorkUnit] {
        var units: [WorkUnit] = []
        for (number, shard) in snapshot.shards.enumerated() where shard.listed.liveRows > 0 {
            let layout = shard.reader.codes
            let bytesPerBlock = max(layout.rowsPerBlock * layout.bytesPerRow, 1)
            let step = max(byteCount / bytesPerBlock, 1)
            for first in stride(from: 0, to: layout.blockCount, by: step) {
                units.append(WorkUnit(shard: number, blocks: first..<min(first + step, layout.blockCount)))
            }
        }
        return units
    }
}

/// Hands out each work unit once, to the task that asks first.
final class UnitCursor: Sendable {
    private let units: [WorkUnit]
    private let taken = Atomic<Int>(0)

    init(_ units: [WorkUnit]) {
        self.units = units
    }

    /// The next unit; nil when all are taken.
    func next() -> WorkUnit? {
        let (index, _) = taken.add(1, ordering: .relaxed)
        return index < units.count ? units[index] : nil
    }
}
