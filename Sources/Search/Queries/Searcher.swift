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

    private let engine: SearchEngine
    /// The model; nil for a search by words alone.
    private let running: RunningModel?
    private let options: SearchOptions
    /// Of the rows that have terms; nil when none has, or when nothing is searched by words.
    private let statistics: TermStatistics?
    private let analyzer: Analyzer?

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
        guard options.mode != .lexical else { return try await body(try Searcher(engine, nil, options)) }
        return try await RunningModel.with(model, compute: compute(of: snapshot), cache: cache) { running in
            let expected = IndexExpectation(
                dimension: running.dimension, model: running.model.fingerprint(),
                encoder: running.model.encoderFingerprint)
            try expected.check(snapshot.manifest.identity, of: index)
            return try await body(try Searcher(engine, running, options))
        }
    }

    private init(_ engine: SearchEngine, _ running: RunningModel?, _ options: SearchOptions) throws(ShardsError) {
        self.engine = engine
        self.running = running
        self.options = options
        let snapshot = engine.snapshot
        filtered = options.filter.isEmpty ? nil : try options.filter.rows(of: snapshot)
        let isByWords = options.mode != .semantic
        statistics = isByWords ? try TermStatistics(snapshot) : nil
        rowsWithoutTerms = isByWords ? snapshot.liveRowCount - (statistics?.rowCount ?? 0) : 0
        analyzer = try statistics.flatMap { _ in snapshot.manifest.identity.analyzer }.map { name throws(ShardsError) in
            guard let analyzer = Analyzer(name: name) else {
                throw ShardsError(
                    .mismatch, path: snapshot.directory,
                    "the index was made with the analyzer \(name), which this program does not have. Use the program that made "
                        + "it, or search with --mode semantic")
            }
            return analyzer
        }
    }

    /// Finds the best passages for each query, and passes the answers of each pass to `deliver` in the order of the queries.
    package func answer(
        _ queries: [Query], _ page: HitPage, deliver: ([QueryAnswer]) throws -> Void
    ) async throws {
        for start in stride(from: 0, to: queries.count, by: Self.queriesPerPass) {
            let pass = Array(queries[start..<min(start + Self.queriesPerPass, queries.count)])
            try deliver(try await answers(pass, page))
        }
    }

    private func answers(_ queries: [Query], _ page: HitPage) async throws -> [QueryAnswer] {
        let (prepared, isTruncated) = try await prepared(queries)
        let hits = try await HitListing.hits(engine, page, prepared, queries.map(\.label))
        return queries.indices.map { index in
            QueryAnswer(query: queries[index], hits: hits[index], isTruncated: isTruncated[index])
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
        for query in queries {
            guard options.leastScore != nil || options.mode == .lexical else {
                let all = filtered?.selection ?? RowSelection(shardCount: snapshot.shards.count)
                try deliver(query, try all.count(in: snapshot))
                continue
            }
            let rows = try await engine.ranked(try await prepared([query]).0, limit: max(snapshot.rowCount, 1))[0].rows
            let found = RowSelection(rows.lazy.map { Int($0.row) }, of: snapshot)
            try deliver(query, try found.count(in: snapshot))
        }
    }

    /// What the queries are ranked by, and whether the model reads only the beginning of a query.
    private func prepared(_ queries: [Query]) async throws -> ([RankingQuery], [Bool]) {
        let (vectors, isTruncated) = try await vectors(of: queries)
        let words = try words(of: queries)
        let prepared = queries.indices.map { index in
            RankingQuery(
                vectors[index], words[index], weight: options.lexicalWeight, among: filtered?.selection,
                leastScore: options.leastScore ?? -.infinity)
        }
        return (prepared, isTruncated)
    }

    /// The queries' vectors, and whether the model reads only the beginning of a query; no vectors without a model.
    private func vectors(of queries: [Query]) async throws -> ([ScoringQuery?], [Bool]) {
        guard let running else { return (queries.map { _ in nil }, queries.map { _ in false }) }
        let sequences = queries.map { running.sequence(Array($0.text.utf8)) }
        let vectors = try await running.pool.encode(sequences.map(\.ids), lane: .interactive)
        let precision = snapshot.manifest.identity.precision
        let prepared = try queries.indices.map { row in
            try ScoringQuery(
                Array(vectors[row]).span, precision: precision, ranges: snapshot.ranges, scorer: options.scorer)
        }
        return (prepared, sequences.map(\.isTruncated))
    }

    /// The queries' words; none where nothing is searched by words.
    private func words(of queries: [Query]) throws -> [TermQuery?] {
        guard let statistics, let analyzer else { return queries.map { _ in nil } }
        var reader = try TermReader(analyzer)
        return try queries.map { query in
            try TermQuery(reader.words(of: Array(query.text.utf8)), in: snapshot, statistics)
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
}
