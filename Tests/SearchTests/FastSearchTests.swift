import Encoding
import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

/// A fast search may miss a row; what it finds has the score of the exact search.
@Suite("A fast search")
struct FastSearchTests {
    private static let analyzer = Analyzer()

    private static func index(_ precision: Precision = .int8, documents: Int = 900) throws -> SyntheticIndex {
        var index = try SyntheticIndex(precision, seed: 77, analyzer: analyzer)
        for first in stride(from: 0, to: documents, by: documents / 3) {
            try index.commit(documents: first..<first + documents / 3)
        }
        try index.commit(documents: 20..<60)
        return index
    }

    /// The same query twice, exact and fast.
    private static func pair(
        _ vector: [Float], _ words: String?, _ snapshot: Snapshot, among selection: RowSelection? = nil
    ) throws -> [RankingQuery] {
        let terms = try words.map { text in
            var reader = try TermReader(analyzer)
            return try TermQuery(
                reader.words(of: Array(text.utf8)), in: snapshot, try #require(try TermStatistics(snapshot)))
        }
        let meaning = try ScoringQuery(
            vector.span, precision: snapshot.manifest.identity.precision, ranges: snapshot.ranges)
        return try [nil, ScoringQuery(vector.span, precision: .ubinary)].map { signs in
            RankingQuery(meaning, terms, weight: 0.05, signs: signs, among: selection)
        }
    }

    @Test("finds the exact rows where all are candidates", arguments: [nil, "err-120", "row"])
    func all(words: String?) async throws {
        var index = try Self.index()
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 40_000)
        for _ in 0..<5 {
            let pair = try Self.pair(index.randomVector(), words, snapshot)
            let found = try await engine.ranked(pair, limit: snapshot.rowCount)
            #expect(found[0].rows == found[1].rows)
            #expect(try await engine.ranked([pair[1]], limit: 0)[0].rows == [])
        }
    }

    @Test("finds rows that are close, with their exact scores, among those that are selected")
    func close() async throws {
        let index = try Self.index()
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2)
        let live = try index.liveRows()
        let selected = live.filter { $0 % 3 != 1 }
        let selection = RowSelection(selected, of: snapshot)
        for query in try snapshot.queries(likeSome: 20) {
            let vector = try #require(query.vector)
            let pair = try Self.pair(vector.values, nil, snapshot, among: selection)
            let exact = try await engine.ranked([pair[0]], limit: Int.max)[0].rows
            let fast = try await engine.ranked([pair[1]], limit: 10)[0].rows
            #expect(fast.count == 10)
            #expect(Set(fast.map(\.row)).isSubset(of: Set(selected.map { UInt64($0) })))
            let scores = Dictionary(uniqueKeysWithValues: exact.map { ($0.row, $0.score) })
            for row in fast { #expect(row.score == scores[row.row]) }
            // The first is the row itself or the nearest to it.
            #expect(fast.first == exact.first)
        }
    }

    @Test("an index without signs is searched exactly")
    func withoutSigns() async throws {
        let index = try Self.index(.float32, documents: 90)
        let engine = SearchEngine(try Snapshot.open(index.directory), threads: ThreadPool(name: "search", threads: 1))
        #expect(!engine.hasSigns)
    }
}
