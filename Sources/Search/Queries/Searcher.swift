package import Encoding
import Identity
import Lexicon
import Platform
import Quantization
package import Shards
package import SystemPackage

/// Answers queries from an index with the model that made it.
package struct Searcher: Sendable {
    /// The number of queries that share one pass over the codes.
    private static let queriesPerPass = 32

    let engine: SearchEngine
    let threads: ThreadPool
    /// The model; nil for a search by words alone.
    let running: RunningModel?
    let options: SearchOptions
    /// Of the rows that have terms; nil when none has, or when nothing is searched by words.
    let statistics: TermStatistics?
    /// The rules by which words are read; nil for rules that this program does not have.
    let analyzer: Analyzer?

    /// The generation to search.
    package var snapshot: Snapshot { engine.snapshot }
    /// Whether a filter, or a least score, leaves rows out.
    package var isRestricted: Bool { filtered != nil || options.leastScore != nil }
    /// The arithmetic that encodes the queries; nil without a model.
    package var compute: Compute? { running?.model.compute }
    /// The ids that the model takes of a query; nil without a model.
    package var maximumLength: Int? { running?.model.maximumLength }
    /// The live rows that have no terms, so that no word finds them.
    package let rowsWithoutTerms: Int
    /// The rows that the filter of the options leaves; nil for all.
    package let filtered: FilteredRows?

    /// Opens an index, loads the model and keeps both while `body` runs.
    ///
    /// `cache` is for prepared weights, see `SentenceModel`. Throws `ShardsError`: `.mismatch` when the index was made
    /// with another model, tokenizer or analyzer, naming both; otherwise like `Snapshot.open`. Throws
    /// `EncodingError` when the model cannot be loaded.
    package static func with<Result: Sendable>(
        index: FilePath, model: FilePath, cache: WeightsCache? = nil, _ options: SearchOptions,
        _ body: (Searcher) async throws -> Result
    ) async throws -> Result {
        let snapshot = try Snapshot.open(index)
        let threads = ThreadPool(name: "search", threads: Processors.usable)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads)
        guard options.mode != .lexical else { return try await body(try Searcher(engine, threads, nil, options)) }
        return try await RunningModel.with(model, compute: compute(of: snapshot), cache: cache) { running in
            let expected = IndexExpectation(
                dimension: running.dimension, model: running.model.fingerprint(),
                encoder: running.model.encoderFingerprint)
            try expected.check(snapshot.manifest.identity, of: index)
            return try await body(try Searcher(engine, threads, running, options))
        }
    }

    private init(
        _ engine: SearchEngine, _ threads: ThreadPool, _ running: RunningModel?, _ options: SearchOptions
    ) throws(ShardsError) {
        self.engine = engine
        self.threads = threads
        self.running = running
        self.options = options
        let snapshot = engine.snapshot
        filtered = options.filter.isEmpty ? nil : try options.filter.rows(of: snapshot)
        let isByWords = options.mode != .semantic
        statistics = isByWords ? try TermStatistics(snapshot) : nil
        rowsWithoutTerms = isByWords ? snapshot.liveRowCount - (statistics?.rowCount ?? 0) : 0
        let name = snapshot.manifest.identity.analyzer
        // Shards without terms are read by the rules that new ones would have.
        analyzer = name.map { Analyzer(name: $0) } ?? Analyzer()
        if statistics != nil, analyzer == nil { throw Self.missing(name ?? "", "--mode semantic", snapshot) }
    }

    /// The rules of the index, which a query cannot do without.
    static func missing(_ analyzer: String, _ option: String, _ snapshot: Snapshot) -> ShardsError {
        ShardsError(
            .mismatch, path: snapshot.directory,
            "the index was made with the analyzer \(analyzer), which this program does not have. Use the program that made "
                + "it, or search with \(option)")
    }

    /// Finds the best passages for each query, and passes the answers of each pass to `deliver` in the order of the queries.
    package func answer(
        _ queries: [Query], _ page: HitPage, deliver: ([QueryAnswer]) throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(threads) { try await answerAll(queries, page, deliver) }
    }

    private func answerAll(
        _ queries: [Query], _ page: HitPage, _ deliver: ([QueryAnswer]) throws -> Void
    ) async throws {
        let fields = try fieldNames(of: queries)
        for start in stride(from: 0, to: queries.count, by: Self.queriesPerPass) {
            let pass = Array(queries[start..<min(start + Self.queriesPerPass, queries.count)])
            try deliver(try await answers(pass, page, fields))
        }
    }

    private func answers(
        _ queries: [Query], _ page: HitPage, _ fields: Set<String>
    ) async throws -> [QueryAnswer] {
        let frames = FrameCache()
        var planTimes = StageTimes()
        let plans = try await plans(for: queries, fields, &planTimes)
        var found = try await HitListing.answer(
            engine, page, plans.map(\.ranking), queries.map(\.label), frames)
        let start = ContinuousClock.now
        for index in plans.indices { try complete(&found.hits[index], plans[index], frames) }
        found.times.add(.text, since: start)
        let times = planTimes + found.times
        return plans.indices.map { index in
            let plan = plans[index]
            return QueryAnswer(
                query: queries[index], hits: found.hits[index], isTruncated: plan.isTruncated,
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
        try mark(&hits, plan.marks)
        if let count = options.contextLines { try snapshot.addContext(count, to: &hits, frames) }
        guard options.isExplained else { return }
        for place in hits.indices {
            try hits[place].explain(by: plan.ranking, in: snapshot)
            for further in hits[place].further.indices {
                try hits[place].further[further].explain(by: plan.ranking, in: snapshot)
            }
        }
    }

    /// Looks for the words of a query in the texts of its hits.
    private func mark(_ hits: inout [SearchHit], _ marks: QueryMarks) throws {
        var reader = try TermReader(analyzer ?? Analyzer())
        for place in hits.indices {
            hits[place].excerpt = marks.excerpt(of: Array(hits[place].text.utf8), &reader)
            for further in hits[place].further.indices {
                let text = Array(hits[place].further[further].text.utf8)
                hits[place].further[further].excerpt = marks.excerpt(of: text, &reader)
            }
        }
    }

    /// Counts what each query could find at most, page after page, and passes each count to `deliver`.
    ///
    /// With a least score these are the rows that reach it. Without one they are the selected rows, since each has a cosine; in a
    /// search by words alone those with a word of the query.
    package func count(
        _ queries: [Query], deliver: (Query, SelectedCount) throws -> Void
    ) async throws {
        let snapshot = snapshot
        let fields = try fieldNames(of: queries)
        var times = StageTimes()
        for query in queries {
            let ranking = try await plans(for: [query], fields, &times)[0].ranking
            guard options.leastScore != nil || options.mode == .lexical else {
                let all = ranking.selection ?? RowSelection(shardCount: snapshot.shards.count)
                try deliver(query, try all.count(in: snapshot))
                continue
            }
            let rows = try await engine.ranked([ranking], limit: max(snapshot.rowCount, 1))[0].rows
            let found = RowSelection(rows.lazy.map { Int($0.row) }, of: snapshot)
            try deliver(query, try found.count(in: snapshot))
        }
    }

    /// The arithmetic that made the index, or the nearest one that this processor supports.
    private static func compute(of snapshot: Snapshot) -> Compute {
        let named = Compute(rawValue: snapshot.manifest.identity.model.compute) ?? .automatic
        return named.isSupported ? named : .automatic
    }
}

/// The answer to a query.
package struct QueryAnswer: Sendable, Equatable {
    package let query: Query
    /// The passages, best first.
    package let hits: [SearchHit]
    /// Whether the model reads only the beginning of the query.
    package let isTruncated: Bool
    /// The conditions of the query, as people type them.
    package let conditions: [String]
    /// The names in its conditions that mean no document.
    package let unknownDocuments: [String]
    /// What it was ranked by; nil where nobody asked.
    package let explanation: QueryExplanation?
}
