package import Platform
package import Quantization
package import Shards

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
