import Quantization
import Shards

/// A search by meaning that scores only candidates: an eighth of the bytes is read, and a row in some hundred may be missed.
extension SearchEngine {
    /// How many candidates there are for each row that is ranked; a page of hits ranks four rows for each (`HitListing`).
    ///
    /// On a million real embeddings with noise, 20 keeps 99.0 % of the exact top 10 of 1,024 queries, 32 keeps 99.6 %, 40 keeps 99.7 %
    /// and 48 keeps 99.8 %.
    static let candidatesPerRow = 40

    /// Whether every row has signs, so that there can be fast searches.
    package var hasSigns: Bool { snapshot.shards.allSatisfy { $0.reader.signs != nil || $0.listed.liveRows == 0 } }

    /// The best of the rows that are best by the signs of their vectors, each with its exact score.
    ///
    /// A sign is one bit a dimension, and the query keeps its numbers, so the sum over the set bits tells much of the cosine
    /// (RaBitQ, Gao and Long 2024, explains why). Queries with words are answered exactly.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    func rankedFast(_ queries: [RankingQuery], limit: Int) async throws -> [Ranking] {
        try await withTaskExecutorPreference(threads) {
            let (most, overflow) = max(limit, 0).multipliedReportingOverflow(by: Self.candidatesPerRow)
            let fast = queries.indices.filter { queries[$0].isFast }
            let exact = queries.indices.filter { !queries[$0].isFast }
            var rankings = Array(repeating: Ranking(rows: [], tally: RankingTally()), count: queries.count)
            for (place, ranking) in zip(exact, try await ranked(exact.map { queries[$0] }, limit: limit, by: .codes)) {
                rankings[place] = ranking
            }
            let bySigns = try await best(
                fast.map { queries[$0].bySigns }, limit: overflow ? max(snapshot.rowCount, 1) : most, by: .signs)
            for (place, found) in zip(fast, bySigns) {
                rankings[place] = await scored(found, for: queries[place], limit: limit)
            }
            return rankings
        }
    }

    /// Scores candidates exactly, in the order in which their codes lie.
    private func scored(_ candidates: Ranking.Part, for query: RankingQuery, limit: Int) async -> Ranking {
        var best = Ranking.Part(query, limit: limit)
        best.tally = candidates.tally
        let rows = candidates.top.rows().map(\.row).sorted()
        for (row, score) in zip(rows, await scores(of: rows, by: query)) {
            best.top.insert(RankedRow(score: score, row: row))
        }
        best.tally.completedRows += rows.count
        best.tally.codeBytes += rows.count * (query.vector?.bytesPerRow ?? 0)
        return Ranking(rows: best.top.ranked(), tally: best.tally)
    }

    /// The scores of rows by a query's vector.
    private func scores(of rows: [UInt64], by query: RankingQuery) async -> [Double] {
        guard let vector = query.vector else { return rows.map { _ in 0 } }
        let parts = await withTaskGroup(of: (Int, [Double]).self) { group in
            let step = max((rows.count + taskCount - 1) / taskCount, 256)
            for first in stride(from: 0, to: rows.count, by: step) {
                group.addTask {
                    (first, snapshot.scores(of: rows[first..<min(first + step, rows.count)], by: vector))
                }
            }
            var parts: [(Int, [Double])] = []
            for await part in group { parts.append(part) }
            return parts
        }
        return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
}

extension Snapshot {
    /// The scores of rows, which are in order.
    fileprivate func scores(of rows: ArraySlice<UInt64>, by query: ScoringQuery) -> [Double] {
        var scores: [Double] = []
        scores.reserveCapacity(rows.count)
        var rest = rows
        while let first = rest.first {
            let shard = shards[locate(row: Int(first)).shard]
            let offsets = rest.prefix { $0 < shard.firstRow + shard.reader.rowCount }
                .map { shard.reader.codeOffset(ofRow: Int($0) - shard.firstRow) }
            var part = Array(repeating: 0.0, count: offsets.count)
            var span = part.mutableSpan
            query.score(shard.reader.codeBytes, at: offsets, into: &span)
            scores += part
            rest = rest.dropFirst(offsets.count)
        }
        return scores
    }
}
