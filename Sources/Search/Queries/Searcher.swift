package import Encoding
import Identity
import Platform
package import Quantization
package import Shards
package import SystemPackage

/// Answers queries from an index with the model that made it.
package struct Searcher: Sendable {
    /// The number of queries that share one pass over the codes.
    private static let queriesPerPass = 32

    private let engine: SearchEngine
    private let running: RunningModel
    private let scorer: Scorer

    /// The generation to search.
    package var snapshot: Snapshot { engine.snapshot }
    /// The arithmetic that encodes the queries.
    package var compute: Compute { running.model.compute }
    /// The ids that the model takes of a query.
    package var maximumLength: Int { running.model.maximumLength }

    /// Opens an index, loads the model and keeps both while `body` runs.
    ///
    /// `cache` is for prepared weights, see `SentenceModel`. Throws `ShardsError`: `.mismatch` when the index was made
    /// with another model or tokenizer, naming both fingerprints; otherwise like `Snapshot.open`. Throws
    /// `EncodingError` when the model cannot be loaded.
    package static func with<Result: Sendable>(
        index: FilePath, model: FilePath, cache: WeightsCache? = nil, scorer: Scorer,
        _ body: (Searcher) async throws -> Result
    ) async throws -> Result {
        let snapshot = try Snapshot.open(index)
        let threads = ThreadPool(name: "search", threads: Processors.usable)
        defer { threads.stop() }
        return try await RunningModel.with(model, compute: compute(of: snapshot), cache: cache) { running in
            let expected = IndexExpectation(
                dimension: running.dimension, model: running.model.fingerprint(),
                encoder: running.model.encoderFingerprint)
            try expected.check(snapshot.manifest.identity, of: index)
            return try await body(
                Searcher(engine: SearchEngine(snapshot, threads: threads), running: running, scorer: scorer))
        }
    }

    /// Finds the best passages for each query, at most `limit`, and passes the answers of each pass to `deliver` in the
    /// order of the queries.
    package func answer(
        _ queries: [Query], limit: Int, deliver: ([QueryAnswer]) throws -> Void
    ) async throws {
        for start in stride(from: 0, to: queries.count, by: Self.queriesPerPass) {
            let pass = Array(queries[start..<min(start + Self.queriesPerPass, queries.count)])
            try deliver(try await answers(pass, limit: limit))
        }
    }

    private func answers(_ queries: [Query], limit: Int) async throws -> [QueryAnswer] {
        let sequences = queries.map { running.sequence(Array($0.text.utf8)) }
        let vectors = try await running.pool.encode(sequences.map(\.ids), lane: .interactive)
        let precision = snapshot.manifest.identity.precision
        var prepared: [ScoringQuery] = []
        for row in queries.indices {
            prepared.append(
                try ScoringQuery(
                    Array(vectors[row]).span, precision: precision, ranges: snapshot.ranges, scorer: scorer))
        }
        let ranked = await engine.ranked(prepared, limit: limit)
        let hits = try snapshot.hits(ranked, for: queries.map(\.label))
        return queries.indices.map { index in
            QueryAnswer(query: queries[index], hits: hits[index], isTruncated: sequences[index].isTruncated)
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
