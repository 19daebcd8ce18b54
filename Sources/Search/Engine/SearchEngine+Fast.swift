import Quantization
import Shards

/// A search that scores only candidates: an eighth of the bytes is read, and a row in some hundred may be missed.
extension SearchEngine {
    /// How many candidates by signs, and as many by words, there are for each row that is ranked.
    ///
    /// A page of hits ranks four rows for each (`HitListing`), so there are at least 16 candidates for a hit.
    static let candidatesPerRow = 4

    /// Whether every row has signs, so that there can be fast searches.
    package var hasSigns: Bool { snapshot.shards.allSatisfy { $0.reader.signs != nil || $0.listed.liveRows == 0 } }

    /// The best of the rows that are best by the signs of their vectors or by their words, each with its exact score.
    ///
    /// A sign is one bit a dimension, and the query keeps its numbers, so the sum over the set bits tells much of the cosine
    /// (RaBitQ, Gao and Long 2024, explains why).
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    func rankedFast(_ queries: [RankingQuery], limit: Int) async throws -> [Ranking] {
        let (most, overflow) = max(limit, 0).multipliedReportingOverflow(by: Self.candidatesPerRow)
        let count = overflow ? max(snapshot.rowCount, 1) : most
        let fast = queries.indices.filter { queries[$0].isFast }
        let exact = queries.indices.filter { !queries[$0].isFast }
        let bySigns = try await ranked(fast.map { queries[$0].bySigns }, limit: count, by: .signs)
        let worded = fast.filter { queries[$0].terms != nil }
        let byWords = try await ranked(worded.compactMap { queries[$0].byWords }, limit: count, by: .codes)
        var rankings = Array(repeating: Ranking(rows: [], tally: RankingTally()), count: queries.count)
        for (place, ranking) in zip(exact, try await ranked(exact.map { queries[$0] }, limit: limit, by: .codes)) {
            rankings[place] = ranking
        }
        var candidates = Dictionary(uniqueKeysWithValues: zip(fast, bySigns))
        for (place, ranking) in zip(worded, byWords) { candidates[place]?.add(ranking) }
        for (place, found) in candidates { rankings[place] = try scored(found, for: queries[place], limit: limit) }
        return rankings
    }

    /// Scores candidates exactly, in the order in which their codes lie.
    private func scored(
        _ candidates: Ranking, for query: RankingQuery, limit: Int
    ) throws(ShardsError) -> Ranking {
        var best = Ranking.Part(query, limit: limit)
        best.tally = candidates.tally
        var shard = -1
        var words: TermScan?
        for row in Set(candidates.rows.map(\.row)).sorted() {
            let place = snapshot.locate(row: Int(row))
            let reader = snapshot.shards[place.shard].reader
            if place.shard != shard {
                shard = place.shard
                words = query.terms.flatMap { terms in reader.terms.map { TermScan(terms, shard: shard, $0) } }
            }
            var score = [0.0]
            var span = score.mutableSpan
            query.vector?.score(rows: reader.code(ofRow: place.row), into: &span)
            best.tally.codeBytes += reader.codes.bytesPerRow
            best.tally.completedRows += 1
            let told = try words?.score(ofRow: place.row) ?? 0
            best.top.insert(RankedRow(score: score[0] + query.termWeight * told, row: row))
        }
        return Ranking(rows: best.top.ranked(), tally: best.tally)
    }
}

extension Ranking {
    /// Adds the rows of another ranking; the order means nothing then.
    fileprivate mutating func add(_ other: Ranking) {
        var tally = tally
        tally += other.tally
        self = Ranking(rows: rows + other.rows, tally: tally)
    }
}
