package import Encoding
import Identity
import Lexicon
import Platform
import Quantization
package import Shards
package import SystemPackage

/// Answers queries from an index with the model that made it.
package struct Searcher: Sendable {
    let engine: SearchEngine
    let threads: ThreadPool
    /// The model; nil for a search by words alone, or by vectors.
    let running: RunningModel?
    let options: SearchOptions
    /// Of the rows that have terms; nil when none has, or when nothing is searched by words.
    let statistics: TermStatistics?
    /// The rules by which words are read; nil for rules that this program does not have.
    let analyzer: Analyzer?
    /// The share of the words in a hybrid score.
    let lexicalWeight: Double
    /// The names that `field:value` may have.
    let fieldNames: FieldNames

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
    /// `model` is asked for only where texts become vectors. `cache` is for prepared weights, see `SentenceModel`. Throws
    /// `ShardsError`: `.mismatch` when the index was made with another model, tokenizer or analyzer, naming both; otherwise
    /// like `Snapshot.open`. Throws `EncodingError` when the model cannot be loaded.
    package static func with<Result: Sendable>(
        index: FilePath, model: @autoclosure () throws -> FilePath, cache: WeightsCache? = nil,
        _ options: SearchOptions,
        _ body: (Searcher) async throws -> Result
    ) async throws -> Result {
        let snapshot = try Snapshot.open(index)
        let threads = ThreadPool(name: "search", threads: Processors.usable)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads)
        guard options.mode != .lexical, !options.isByVectors else {
            return try await body(try Searcher(engine, threads, nil, options))
        }
        return try await RunningModel.with(try model(), compute: compute(of: snapshot), cache: cache) { running in
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
        fieldNames = FieldNames(of: snapshot)
        filtered = options.filter.isEmpty ? nil : try options.filter.rows(of: snapshot)
        let isByWords = options.mode != .semantic
        statistics = isByWords ? try TermStatistics(snapshot) : nil
        rowsWithoutTerms = isByWords ? snapshot.liveRowCount - (statistics?.rowCount ?? 0) : 0
        lexicalWeight =
            options.lexicalWeight
            ?? (snapshot.manifest.identity.model.isDefault
                ? nil : RangesOrigin.ofIndex(snapshot.directory)?.lexicalWeight)
            ?? SearchOptions.defaultLexicalWeight
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

    /// The arithmetic that made the index, or the nearest one that this processor supports.
    private static func compute(of snapshot: Snapshot) -> Compute {
        let named = Compute(rawValue: snapshot.manifest.identity.model.compute) ?? .automatic
        return named.isSupported ? named : .automatic
    }
}
