import ArgumentParser
import Foundation
import Lexicon
import NumPy
import Platform
import Quantization
import Search
import Shards
import SystemPackage

/// Times rankings of queries that are encoded already, and tells what they found.
struct TimeCommand: AsyncParsableCommand {
    /// What rows are ranked by.
    enum Mode: String, CaseIterable, ExpressibleByArgument {
        case semantic, hybrid, lexical
        /// By meaning, scoring candidates alone.
        case fast
    }

    static let configuration = CommandConfiguration(
        commandName: "time",
        abstract: "Rank the rows of an index for queries, and print each time and the best rows as a JSON object.")

    @Option(help: "The index.", transform: { FilePath($0) }) var index: FilePath
    @Option(help: "The queries' embeddings, float32.", transform: { FilePath($0) }) var embeddings: FilePath
    @Option(help: "The queries' texts, a line each.", transform: { FilePath($0) }) var texts: FilePath
    @Option(help: "What to rank by.") var mode = Mode.semantic
    @Option(help: "The queries of a call.") var batch = 1
    @Option(help: "The rows to find for each query.") var limit = 10
    @Option(help: "End after so many calls.") var calls = 32
    @Option(help: "The threads; 0 is one for each processor.") var threads = 0

    func run() async throws {
        let snapshot = try Snapshot.open(index)
        let threads = ThreadPool(name: "search", threads: threads > 0 ? threads : Processors.usable)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: self.threads > 0 ? self.threads : nil)
        let queries = try queries(of: snapshot)
        var milliseconds: [Double] = []
        var found: [[Int]] = []
        // The first call maps the index.
        // A page of hits ranks as many rows, of which a fast search makes its candidates.
        let depth = mode == .fast ? max(4 * limit, 64) : limit
        _ = try await engine.ranked(Array(queries.prefix(batch)), limit: depth)
        for start in stride(from: 0, to: queries.count, by: batch).prefix(calls) {
            let pass = Array(queries[start..<min(start + batch, queries.count)])
            let began = ContinuousClock.now
            let rankings = try await engine.ranked(pass, limit: depth)
            milliseconds.append((ContinuousClock.now - began) / .milliseconds(1))
            found += rankings.map { ranking in ranking.rows.prefix(limit).map { Int($0.row) } }
        }
        let result = Result(milliseconds: milliseconds, rows: found)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    /// What is printed.
    private struct Result: Encodable {
        let milliseconds: [Double]
        let rows: [[Int]]
    }

    private func queries(of snapshot: Snapshot) throws -> [RankingQuery] {
        let file = try MappedFile(embeddings)
        let matrix = try NumPyMatrix(file: file.bytes)
        let texts = try String(decoding: FileContents.read(texts), as: UTF8.self).split(separator: "\n")
        guard texts.count >= matrix.rowCount else { throw ValidationError("a text is needed for each embedding") }
        var reader = try TermReader(Analyzer())
        let statistics = try TermStatistics(snapshot)
        return try (0..<matrix.rowCount).map { row in
            let floats = try matrix.floats(rows: row..<row + 1, of: file.bytes)
            let vector = try ScoringQuery(floats.span, precision: .int8, ranges: snapshot.ranges)
            let terms = try statistics.map { statistics in
                try TermQuery(reader.words(of: Array(texts[row].utf8)), in: snapshot, statistics)
            }
            return RankingQuery(
                mode == .lexical ? nil : vector, mode == .semantic || mode == .fast ? nil : terms,
                weight: SearchOptions.defaultLexicalWeight,
                signs: mode == .fast ? try ScoringQuery(coarse: floats.span) : nil)
        }
    }
}
