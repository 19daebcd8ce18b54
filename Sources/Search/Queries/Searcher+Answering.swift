import Encoding
import Lexicon
import Platform
import Quantization
import Shards

extension Searcher {
    /// The number of queries that share one pass over the codes.
    static let queriesPerPass = 64

    /// Finds the best passages for each query, and passes the answers of each pass to `deliver` in the order of the queries.
    ///
    /// Queries are read as they come. Two passes are answered at a time, so that the texts of both are read on two cores, and what is
    /// there of the next is prepared; nothing is waited for meanwhile. So no more than three passes are in memory, and whoever sends
    /// a query through a pipe gets its answer.
    ///
    /// - Parameters:
    ///   - source: the queries.
    ///   - page: the part of each ranking that is wanted.
    ///   - deliver: takes the answers of a pass.
    /// - Throws: what `source` and `deliver` throw, after the answers to all queries before; `ShardsError` for a damaged index.
    package func answer(
        _ source: some QuerySource, _ page: HitPage, deliver: ([QueryAnswer]) throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(threads) {
            var planned = try await nextPass(of: source, waiting: true)
            while let pass = planned {
                async let first = answers(to: pass, page)
                let other: Pass?
                do {
                    other = try await nextPass(of: source, waiting: false)
                } catch {
                    try deliver(try await first)
                    throw error
                }
                guard let other, !other.queries.isEmpty else {
                    try deliver(try await first)
                    planned = other == nil ? nil : try await nextPass(of: source, waiting: true)
                    continue
                }
                async let second = answers(to: other, page)
                async let following = nextPass(of: source, waiting: false)
                try deliver(try await first)
                try deliver(try await second)
                let ready = try await following
                planned = ready?.queries.isEmpty == true ? try await nextPass(of: source, waiting: true) : ready
            }
        }
    }

    /// Counts what each query could find at most, page after page, and passes each count to `deliver`.
    ///
    /// With a least score these are the rows that reach it. Without one they are the selected rows, since each has a cosine; in a
    /// search by words alone those with a word of the query.
    package func count(
        _ source: some QuerySource, deliver: (Query, SelectedCount) throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(threads) {
            while let pass = try await nextPass(of: source, waiting: true) {
                for (query, plan) in zip(pass.queries, pass.plans) { try deliver(query, try await count(plan.ranking)) }
            }
        }
    }

    private func count(_ ranking: RankingQuery) async throws -> SelectedCount {
        guard options.leastScore != nil || options.mode == .lexical else {
            return try (ranking.selection ?? RowSelection(shardCount: snapshot.shards.count)).count(in: snapshot)
        }
        let rows = try await engine.ranked([ranking], limit: max(snapshot.rowCount, 1))[0].rows
        return try RowSelection(rows.lazy.map { Int($0.row) }, of: snapshot).count(in: snapshot)
    }

    /// Queries that share one pass over the codes.
    private struct Pass: Sendable {
        /// None where they would have to be waited for.
        let queries: [Query]
        let plans: [QueryPlan]
        let times: StageTimes
    }

    /// Reads and prepares the queries of the next pass; nil at the end.
    private func nextPass(of source: some QuerySource, waiting: Bool) async throws -> Pass? {
        guard let queries = try await source.next(atMost: Self.queriesPerPass, waiting: waiting) else { return nil }
        var times = StageTimes()
        let plans = queries.isEmpty ? [] : try await plans(for: queries, &times)
        return Pass(queries: queries, plans: plans, times: times)
    }

    private func answers(to pass: Pass, _ page: HitPage) async throws -> [QueryAnswer] {
        let frames = FrameCache()
        let plans = pass.plans
        var found = try await HitListing.answer(
            engine, page, plans.map(\.ranking), pass.queries.map(\.label), frames)
        let start = ContinuousClock.now
        for index in plans.indices { try complete(&found.hits[index], plans[index], frames) }
        found.times.add(.text, since: start)
        let times = pass.times + found.times
        return plans.indices.map { index in
            let plan = plans[index]
            return QueryAnswer(
                query: pass.queries[index], hits: found.hits[index], isTruncated: plan.isTruncated,
                conditions: plan.expression.conditions, unknownDocuments: plan.unknownDocuments,
                explanation: !options.isExplained
                    ? nil
                    : QueryExplanation(
                        terms: plan.ranking.terms?.explained ?? [], conditions: plan.expression.conditions,
                        checkedRows: plan.readRows, tally: found.tallies[index],
                        blocks: plan.ranking.terms?.blockCount ?? 0, times: times, queryCount: plans.count))
        }
    }

    /// Adds to the hits of a query what is shown of them.
    private func complete(_ hits: inout [SearchHit], _ plan: QueryPlan, _ frames: FrameCache) throws {
        var reader = try TermReader(analyzer ?? Analyzer())
        hits.forEachPassage { $0.excerpt = plan.marks.excerpt(of: Array($0.text.utf8), &reader) }
        if let count = options.contextLines {
            try snapshot.addContext(count, to: &hits, frames)
            for place in hits.indices { try snapshot.addContext(count, to: &hits[place].further, frames) }
        }
        guard options.isExplained else { return }
        try hits.forEachPassage { try $0.explain(by: plan.ranking, in: snapshot) }
    }
}

extension [SearchHit] {
    /// Calls `body` for each hit and the further passages of its document.
    fileprivate mutating func forEachPassage(_ body: (inout SearchHit) throws -> Void) rethrows {
        for place in indices {
            try body(&self[place])
            for further in self[place].further.indices { try body(&self[place].further[further]) }
        }
    }
}
