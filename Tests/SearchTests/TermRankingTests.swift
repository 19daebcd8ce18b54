import Foundation
import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

@Suite("Ranking by words, and by meaning and words together")
struct TermRankingTests {
    private static let analyzer = Analyzer()

    private static let queries = [
        // In every row, and of equal score in many.
        "row",
        "\(SyntheticIndex.word(1)) \(SyntheticIndex.word(2))", SyntheticIndex.word(300),
        "\(SyntheticIndex.word(1)) \(SyntheticIndex.word(40)) \(SyntheticIndex.word(333)) nowhere", "err-120",
        "row ERR-111 \(SyntheticIndex.word(7))", "\(SyntheticIndex.word(9)) \(SyntheticIndex.word(9)) row 119",
    ]

    /// Shards of several blocks, with superseded documents.
    private static func index(shards: Int, seed: UInt64) throws -> SyntheticIndex {
        var index = try SyntheticIndex(.int8, seed: seed, analyzer: analyzer)
        for shard in 0..<shards { try index.commit(documents: 600 * shard / shards..<600 * (shard + 1) / shards) }
        return index
    }

    /// BM25 by definition, and the sum of the weights of the query's words.
    private static func reference(
        _ query: String, in index: SyntheticIndex, live: [Int]
    ) throws -> (scores: [Int: Double], weight: Double, factor: Double) {
        var reader = try TermReader(analyzer)
        var counts: [[[UInt8]: Int]] = []
        var lengths: [Int] = []
        for text in index.texts {
            var list = TermList()
            reader.append(Array(text.utf8).span, to: &list)
            var row: [[UInt8]: Int] = [:]
            for term in list { row[Array(term), default: 0] += 1 }
            counts.append(row)
            lengths.append(list.wordCount)
        }
        let average = Double(live.reduce(0) { $0 + lengths[$1] }) / Double(live.count)
        func weight(_ term: [UInt8]) -> Double {
            let rows = Double(counts.count { $0[term] != nil })
            return rows == 0 ? 0 : log(1 + max(Double(live.count) - rows + 0.5, 0.5) / (rows + 0.5))
        }
        func score(_ term: [UInt8], _ row: Int) -> Double {
            guard let count = counts[row][term].map(Double.init) else { return 0 }
            return weight(term) * count / (count + 1.2 * (0.25 + 0.75 * Double(lengths[row]) / average))
        }
        // Parts tell at most a quarter of what the whole tells, another spelling at most as much.
        func share(_ whole: [UInt8], _ others: [[UInt8]]) -> Double {
            let known = others.filter { weight($0) > 0 }
            let parts = known.map(weight)
            let isSpelling = known.count == 1 && known.allSatisfy { 4 * $0.count >= 3 * whole.count }
            let most = weight(whole) * (isSpelling ? 1 : 0.25)
            return weight(whole) > 0 ? min(1, most / max(parts.reduce(0, +), most)) : 1
        }
        let words = reader.words(of: Array(query.utf8))
        var scores: [Int: Double] = [:]
        for row in live {
            scores[row] = words.reduce(0) { sum, word in
                let whole = score(word.primary, row)
                let share = share(word.primary, word.alternatives)
                return sum + (whole > 0 ? whole : share * word.alternatives.reduce(0) { $0 + score($1, row) })
            }
        }
        let weights = words.map { word in
            let whole = weight(word.primary)
            return whole > 0 ? whole : word.alternatives.map(weight).max() ?? 0
        }.filter { $0 > 0 }
        let sum = weights.reduce(0, +)
        let largest = log(1 + (Double(live.count) - 0.5) / 1.5)
        let brevity = min(1 + pow(1.8 * largest / sum, 4), 3)
        let rarity = sum / Double(weights.count) / max(largest, 9)
        return (scores, sum, sum > 0 ? max(brevity, 1 + 4 * min(max((rarity - 0.5) / 0.2, 0), 1)) : 1)
    }

    private static func terms(_ query: String, _ snapshot: Snapshot) throws -> TermQuery {
        var reader = try TermReader(analyzer)
        let statistics = try #require(try TermStatistics(snapshot))
        return try TermQuery(reader.words(of: Array(query.utf8)), in: snapshot, statistics)
    }

    @Test("equals the definition, whatever the number of shards", arguments: [1, 7], [false, true])
    func equalsTheDefinition(shards: Int, isSuperseded: Bool) async throws {
        var index = try Self.index(shards: shards, seed: 31)
        if isSuperseded { try index.commit(documents: 550..<640) }
        let live = try index.liveRows()
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 40_000)
        for query in Self.queries {
            let terms = try Self.terms(query, snapshot)
            let (scores, weight, factor) = try Self.reference(query, in: index, live: live)
            #expect(abs(terms.weight - weight) < 1e-9, "\(query)")
            let vector = index.randomVector()
            let meaning = try ScoringQuery(vector.span, precision: .int8, ranges: snapshot.ranges)
            let found = try await engine.ranked(
                [
                    RankingQuery(nil, terms, weight: 0), RankingQuery(meaning, terms, weight: 0.05),
                    RankingQuery(meaning, nil, weight: 0),
                ], limit: 20)

            let byWords = live.filter { scores[$0, default: 0] > 0 }
                .map { RankedRow(score: scores[$0, default: 0], row: UInt64($0)) }
            Self.expect(found[0].rows, toBeBestOf: byWords, query)
            let cosines = try await engine.ranked([RankingQuery(meaning, nil, weight: 0)], limit: Int.max)[0].rows
            let both = cosines.map {
                RankedRow(
                    score: $0.score
                        + 0.05 * factor * scores[Int($0.row), default: 0] / weight.squareRoot().squareRoot(),
                    row: $0.row)
            }
            Self.expect(found[1].rows, toBeBestOf: both, query)
            #expect(found[2].rows == Array(cosines.prefix(20)))
        }
    }

    private static func expect(_ rows: [RankedRow], toBeBestOf all: [RankedRow], _ query: String) {
        let expected = all.sorted { $0.precedes($1) }.prefix(20)
        #expect(rows.map(\.row) == expected.map(\.row), "\(query)")
        for (row, best) in zip(rows, expected) { #expect(abs(row.score - best.score) < 1e-9, "\(query)") }
    }

    @Test("the division of the work changes no bit", arguments: [(1, 1 << 30), (3, 1), (2, 100_000)])
    func division(tasks: Int, unitBytes: Int) async throws {
        var index = try Self.index(shards: 3, seed: 32)
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 3)
        defer { threads.stop() }
        let vector = index.randomVector()
        let meaning = try ScoringQuery(vector.span, precision: .int8, ranges: snapshot.ranges)
        let queries = try Self.queries.flatMap { query in
            let terms = try Self.terms(query, snapshot)
            return [RankingQuery(nil, terms, weight: 0), RankingQuery(meaning, terms, weight: 0.05)]
        }
        let reference = SearchEngine(snapshot, threads: threads, taskCount: 1, unitBytes: 1 << 20)
        let engine = SearchEngine(snapshot, threads: threads, taskCount: tasks, unitBytes: unitBytes)
        let expected = try await reference.ranked(queries, limit: 50).map(\.rows)
        #expect(try await engine.ranked(queries, limit: 50).map(\.rows) == expected)
    }

    @Test("words that no row has leave the meaning alone")
    func unknownWords() async throws {
        var index = try Self.index(shards: 2, seed: 33)
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads)
        let terms = try Self.terms("zzz qqq", snapshot)
        #expect(terms.isEmpty)
        let vector = index.randomVector()
        let meaning = try ScoringQuery(vector.span, precision: .int8, ranges: snapshot.ranges)
        let found = try await engine.ranked(
            [
                RankingQuery(meaning, terms, weight: 0.05), RankingQuery(meaning, nil, weight: 0),
                RankingQuery(nil, terms, weight: 0),
            ], limit: 10)
        #expect(found[0].rows == found[1].rows)
        #expect(found[2].rows.isEmpty)
    }
}
