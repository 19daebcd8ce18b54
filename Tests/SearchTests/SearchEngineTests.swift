import Identity
import Platform
import Quantization
import Search
import Shards
import Testing

@Suite("Exact search")
struct SearchEngineTests {
    /// Three shards: of several blocks, with superseded documents, and with compressed codes.
    private static func index(_ precision: Precision, seed: UInt64) throws -> SyntheticIndex {
        var index = try SyntheticIndex(precision, seed: seed)
        try index.commit(documents: 0..<500)
        try index.commit(documents: 400..<600)
        try index.commit(documents: 590..<700, compressesCodes: true)
        return index
    }

    private static func ranked(
        _ index: SyntheticIndex, _ queries: [[Float]], limit: Int, scorer: Scorer, taskCount: Int = 3,
        unitBytes: Int = 1
    ) async throws -> [[RankedRow]] {
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 3)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: taskCount, unitBytes: unitBytes)
        let prepared = try queries.map {
            try ScoringQuery(
                $0.span, precision: snapshot.manifest.identity.precision, ranges: snapshot.ranges, scorer: scorer)
        }
        return try await engine.ranked(prepared.map { RankingQuery($0, nil, weight: 0) }, limit: limit).map(\.rows)
    }

    @Test("finds what a plain search finds", arguments: Precision.allCases, Scorer.allCases)
    func plainSearch(precision: Precision, scorer: Scorer) async throws {
        var index = try Self.index(precision, seed: 11)
        let queries = (0..<4).map { _ in index.randomVector() }
        let live = try index.liveRows()
        let found = try await Self.ranked(index, queries, limit: 25, scorer: scorer)
        // Integer scores are exact; the folded ones round the query to 15 bits, and float32 adds in another order.
        let isExact = scorer == .sentenceTransformers && precision != .float32
        let tolerance = isExact ? 0 : 5e-4
        for (query, rows) in zip(queries, found) {
            let expected = live.map { RankedRow(score: index.referenceScore(query, row: $0, scorer), row: UInt64($0)) }
                .sorted { $0.precedes($1) }
            if isExact { #expect(rows == Array(expected.prefix(25))) }
            #expect(rows.count == 25)
            for (row, best) in zip(rows, expected) {
                let reference = index.referenceScore(query, row: Int(row.row), scorer)
                #expect(abs(row.score - reference) <= tolerance, "row \(row.row)")
                #expect(abs(row.score - best.score) <= tolerance, "row \(row.row) in place of \(best.row)")
                #expect(live.contains(Int(row.row)))
            }
        }
    }

    @Test("the division of the work changes nothing", arguments: [(1, 1 << 30), (2, 1), (7, 200_000)])
    func division(taskCount: Int, unitBytes: Int) async throws {
        var index = try Self.index(.int8, seed: 12)
        let queries = (0..<3).map { _ in index.randomVector() }
        let reference = try await Self.ranked(index, queries, limit: 50, scorer: .folded, taskCount: 1, unitBytes: 1)
        let found = try await Self.ranked(
            index, queries, limit: 50, scorer: .folded, taskCount: taskCount, unitBytes: unitBytes)
        #expect(found == reference)
        for (number, query) in queries.enumerated() {
            #expect(try await Self.ranked(index, [query], limit: 50, scorer: .folded) == [reference[number]])
        }
    }

    @Test("equal scores are in the order of shards and rows", arguments: Precision.allCases, Scorer.allCases)
    func ties(precision: Precision, scorer: Scorer) async throws {
        var index = try SyntheticIndex(precision, seed: 13)
        let vector = index.randomVector()
        try index.commit(documents: 0..<20, repeated: vector)
        try index.commit(documents: 20..<600, repeated: vector)
        let found = try await Self.ranked(index, [vector], limit: 70, scorer: scorer)
        #expect(found.first?.map(\.row) == Array(0..<70))
    }

    @Test("more hits than there are rows", arguments: [1, 2099, 2100, 1_000_000, Int.max])
    func limits(limit: Int) async throws {
        var index = try Self.index(.ubinary, seed: 14)
        let live = try index.liveRows().count
        let found = try await Self.ranked(index, [index.randomVector()], limit: limit, scorer: .folded)
        #expect(found.first?.count == min(limit, live))
    }

    @Test("an index without rows", arguments: Precision.allCases)
    func empty(precision: Precision) async throws {
        var index = try SyntheticIndex(precision, seed: 15)
        #expect(try await Self.ranked(index, [index.randomVector()], limit: 10, scorer: .folded) == [[]])
    }

    @Test("no queries")
    func noQueries() async throws {
        let index = try SyntheticIndex(.int8, seed: 16)
        #expect(try await Self.ranked(index, [], limit: 10, scorer: .folded).isEmpty)
    }

    @Test("an index whose rows are all superseded but one document's")
    func superseded() async throws {
        var index = try SyntheticIndex(.int8, seed: 17)
        for _ in 0..<3 { try index.commit(documents: 0..<1) }
        let found = try await Self.ranked(index, [index.randomVector()], limit: 10, scorer: .folded)
        #expect(found.first?.count == 3)
    }

    @Test("hits contain document, passage, position and text")
    func hits() async throws {
        var index = try SyntheticIndex(.int8, seed: 18)
        try index.commit(documents: 0..<400)
        try index.commit(documents: 400..<500)
        let snapshot = try Snapshot.open(index.directory)
        let rows = [RankedRow(score: 2, row: 1234), RankedRow(score: 1, row: 5)]
        let hits = try #require(try snapshot.hits([rows], for: ["query"]).first)
        let expected = [(1, 2.0, 411, 1), (2, 1.0, 1, 2)].map { rank, score, number, passage in
            SearchHit(
                query: "query", rank: rank, score: score, document: "d\(number)", passage: passage,
                bytes: passage * 10..<passage * 10 + 9, lines: passage + 1...passage + 1,
                text: "d\(number) row \(passage)", metadata: #"{"number":1}"#,
                file: SearchHit.DroppedFile(
                    path: Array("d\(number)".utf8), modified: 0, digest: SHA256Digest(of: Array("d\(number)".utf8))))
        }
        #expect(hits.map { $0.json(path: nil) } == expected.map { $0.json(path: nil) })
        #expect(hits.map(\.file) == expected.map(\.file))
    }

    @Test(
        "documents' names are shown unchanged, or escaped where they are not UTF-8 or hazardous",
        arguments: [
            (Array("notes/ä 100%.md".utf8), nil, "notes/ä 100%.md"),
            ([0x61, 0xFF, 0x25, 0x2F, 0x62], nil, "a\\xFF%/b"),
            (Array("n\u{202E}txt.exe".utf8), nil, "n\\u{202e}txt.exe"),
            (Array("a.jsonl".utf8), Array("17".utf8), "a.jsonl#17"),
            (Array("a.jsonl".utf8), [0xC3], "a.jsonl#\\xC3"),
        ] as [([UInt8], [UInt8]?, String)])
    func names(path: [UInt8], item: [UInt8]?, shown: String) {
        #expect(DocumentIdentifier(path: path, item: item).displayName == shown)
    }
}
