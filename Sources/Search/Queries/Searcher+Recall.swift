import Quantization
import Shards
import Text

/// How fast searches compare with exact ones on an index.
package struct Recall: Sendable, Equatable {
    /// How many queries were measured, and how many rows were wanted of each.
    package var queries = 0
    package let limit: Int
    /// The live rows.
    package let rows: Int
    /// The mean time for a query, after it was encoded.
    package var exact = Duration.zero
    package var fast = Duration.zero
    /// The mean share of the exact rows that the fast search finds, and the least.
    package var overlap = 0.0
    package var least = 1.0

    /// It as one JSON object.
    package var json: String {
        var object = JSONObject()
        object.add("queries", queries)
        object.add("limit", limit)
        object.add("passages", rows)
        object.add("exact_seconds", exact / .seconds(1))
        object.add("fast_seconds", fast / .seconds(1))
        object.add("overlap", overlap)
        object.add("least_overlap", least)
        return object.text
    }
}

extension Searcher {
    /// Asks each query both ways, one at a time, and compares what is found.
    ///
    /// The options must be those of a fast search.
    ///
    /// - Parameters:
    ///   - source: the queries.
    ///   - limit: how many rows are wanted of each.
    /// - Returns: the means over all queries; nil without a query that has a vector.
    /// - Throws: what `source` throws, `ShardsError` for a damaged index.
    package func recall(_ source: some QuerySource, limit: Int) async throws -> Recall? {
        var recall = Recall(limit: limit, rows: snapshot.liveRowCount)
        let ranked = HitListing.rowsToRank(for: limit, of: snapshot.rowCount)
        var times = StageTimes()
        try await withTaskExecutorPreference(threads) {
            while let queries = try await source.next(atMost: Self.queriesPerPass, waiting: true) {
                for plan in try await plans(for: queries, &times) where plan.ranking.isFast {
                    var found: [Set<UInt64>] = []
                    for (query, time) in [
                        (plan.ranking.exact, \Recall.exact), (plan.ranking, \Recall.fast),
                    ] {
                        let start = ContinuousClock.now
                        let rows = try await engine.ranked([query], limit: ranked)[0].rows
                        recall[keyPath: time] += start.duration(to: .now)
                        found.append(Set(rows.prefix(limit).map(\.row)))
                    }
                    let share =
                        found[0].isEmpty ? 1 : Double(found[0].intersection(found[1]).count) / Double(found[0].count)
                    recall.overlap += share
                    recall.least = min(recall.least, share)
                    recall.queries += 1
                }
            }
        }
        guard recall.queries > 0 else { return nil }
        recall.overlap /= Double(recall.queries)
        recall.exact /= recall.queries
        recall.fast /= recall.queries
        return recall
    }

    /// Why there are no fast searches; nil where there are.
    package var fastRefusal: String? {
        guard !engine.hasSigns else { return nil }
        return
            "the index holds \(snapshot.manifest.identity.precision.rawValue) vectors, of which no signs are kept beside: it is "
            + "searched exactly"
    }
}
