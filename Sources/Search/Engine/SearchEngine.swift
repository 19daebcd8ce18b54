package import Platform
import Quantization
package import Shards

/// Ranks the rows of a snapshot by meaning, by words or by both: exact, over all mapped shards, on all cores.
///
/// The codes are read once for all queries of a call, block by block in place. One core can read as fast as memory
/// delivers, so bytes per row and rows per pass determine the speed (faiss and usearch read once per query). Each task
/// keeps its own best rows and takes the next work unit when it finishes one; the lists are merged at the end.
package struct SearchEngine: Sendable {
    /// The generation to search.
    package let snapshot: Snapshot
    let threads: ThreadPool
    let taskCount: Int
    private let units: PlaneUnits
    private let signUnits: PlaneUnits

    /// Prepares a search over one generation.
    ///
    /// Scans run on `threads`, which must be our own pool because they compute. There are `taskCount` scans at a time,
    /// or one for each usable processor, and each takes units of about `unitBytes` of codes.
    package init(_ snapshot: Snapshot, threads: ThreadPool, taskCount: Int? = nil, unitBytes: Int = 2 << 20) {
        self.snapshot = snapshot
        self.threads = threads
        self.taskCount = max(taskCount ?? Processors.usable, 1)
        units = PlaneUnits(snapshot, byteCount: unitBytes, of: .codes)
        signUnits = PlaneUnits(snapshot, byteCount: unitBytes / 4, of: .signs)
    }

    /// The best live rows for each query, best first; rows of equal score are in the snapshot's order.
    ///
    /// The queries must be prepared for the snapshot. There are at most `limit` rows, or fewer when fewer are live.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    package func ranked(_ queries: [RankingQuery], limit: Int) async throws -> [Ranking] {
        if queries.contains(where: \.isFast) { return try await rankedFast(queries, limit: limit) }
        return try await ranked(queries, limit: limit, by: .codes)
    }

    /// The best live rows for each query by one plane.
    func ranked(_ queries: [RankingQuery], limit: Int, by plane: RowPlane) async throws -> [Ranking] {
        try await best(queries, limit: limit, by: plane).map { Ranking(rows: $0.top.ranked(), tally: $0.tally) }
    }

    /// The same in no order.
    func best(_ queries: [RankingQuery], limit: Int, by plane: RowPlane) async throws -> [Ranking.Part] {
        guard !queries.isEmpty else { return [] }
        let snapshot = snapshot
        let units = plane == .codes ? units : signUnits
        let cursor = UnitCursor(units)
        let tasks = min(taskCount, max(units.units.count, 1))
        return try await withTaskExecutorPreference(threads) {
            var floors: [RankingFloor] = []
            for query in queries { floors.append(try RankingFloor(query, limit: limit, in: snapshot)) }
            return try await withThrowingTaskGroup(of: [Ranking.Part].self) { [floors] group in
                for _ in 0..<tasks {
                    group.addTask {
                        try RankingScan.scan(
                            snapshot, unitsOf: cursor, for: queries, above: floors, limit: limit)
                    }
                }
                var best = queries.map { Ranking.Part($0, limit: limit) }
                for try await found in group {
                    for index in best.indices { best[index].merge(found[index]) }
                }
                return best
            }
        }
    }
}
