package import Platform
package import Quantization
package import Shards
import Synchronization

/// Ranks the rows of a snapshot: exact, over all mapped shards, on all cores.
///
/// The codes are read once for all queries of a call, block by block in place; one core can read memory as fast as it gives, so
/// bytes per row and rows per pass decide the speed (faiss and usearch read once per query). Each task keeps its own best rows and
/// takes the next work unit when it is done with one; the lists are merged at the end.
package struct SearchEngine: Sendable {
    /// What is searched.
    package let snapshot: Snapshot
    private let threads: ThreadPool
    private let taskCount: Int
    private let units: [WorkUnit]

    /// Prepares a search over one generation.
    ///
    /// - Parameters:
    ///   - threads: where the scans run; they compute, so the pool must be our own.
    ///   - taskCount: scans at one time; nil is one for each processor that this process may use.
    ///   - unitBytes: codes that a task takes at a time.
    package init(_ snapshot: Snapshot, threads: ThreadPool, taskCount: Int? = nil, unitBytes: Int = 2 << 20) {
        self.snapshot = snapshot
        self.threads = threads
        self.taskCount = max(taskCount ?? Processors.usable, 1)
        units = WorkUnit.dividing(snapshot, byteCount: unitBytes)
    }

    /// The best live rows for each query, best first; rows of equal score in the snapshot's order.
    ///
    /// - Parameters:
    ///   - queries: prepared for the snapshot's precision and dimension.
    ///   - limit: how many rows at most; there are fewer when fewer live.
    package func ranked(_ queries: [ScoringQuery], limit: Int) async -> [[RankedRow]] {
        guard !queries.isEmpty else { return [] }
        let snapshot = snapshot
        let cursor = UnitCursor(units)
        let tasks = min(taskCount, max(units.count, 1))
        return await withTaskExecutorPreference(threads) {
            await withTaskGroup(of: [TopRows].self) { group in
                for _ in 0..<tasks {
                    group.addTask { Self.scan(snapshot, cursor, queries, limit: limit) }
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
        _ snapshot: Snapshot, _ cursor: UnitCursor, _ queries: [ScoringQuery], limit: Int
    ) -> [TopRows] {
        var best = queries.map { _ in TopRows(limit: limit) }
        while let unit = cursor.next() {
            let shard = snapshot.shards[unit.shard]
            for block in unit.blocks { scan(shard, block, queries, into: &best) }
        }
        return best
    }

    private static func scan(
        _ shard: SnapshotShard, _ block: Int, _ queries: [ScoringQuery], into best: inout [TopRows]
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

/// A stretch of a shard's blocks that one task scans in one go.
struct WorkUnit: Sendable, Equatable {
    /// The shard's place in the snapshot.
    let shard: Int
    let blocks: Range<Int>

    /// Divides all codes of a snapshot into units of about `byteCount`, in order.
    ///
    /// Small enough that all tasks end at about the same time, large enough that taking one costs nothing.
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

/// Hands out each work unit once, to whichever task asks first.
final class UnitCursor: Sendable {
    private let units: [WorkUnit]
    private let taken = Atomic<Int>(0)

    init(_ units: [WorkUnit]) {
        self.units = units
    }

    /// A unit that nobody has; nil when all are taken.
    func next() -> WorkUnit? {
        let (index, _) = taken.add(1, ordering: .relaxed)
        return index < units.count ? units[index] : nil
    }
}
