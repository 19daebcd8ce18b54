import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

@Suite("Conditions of a query")
struct QueryConditionTests {
    /// The shards of an index: how many documents each has, and whether it has terms and columns.
    enum Division: CaseIterable {
        case one, withoutTerms, several

        var shards: [(documents: Range<Int>, analyzer: Analyzer?, hasColumns: Bool)] {
            switch self {
            case .one: [(0..<300, Analyzer(), true)]
            case .withoutTerms: [(0..<300, nil, false)]
            // The last shard supersedes documents of the first.
            case .several:
                [
                    (0..<100, Analyzer(), true), (100..<180, nil, false), (180..<300, Analyzer(), false),
                    (20..<60, Analyzer(), true),
                ]
            }
        }
    }

    @Test("find what filtering the whole ranking afterwards finds", arguments: Division.allCases)
    func ranking(division: Division) async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try ForgedIndex(seed: random.next())
        var passages: [String: RandomConditions.Passage] = [:]
        for (documents, analyzer, hasColumns) in division.shards {
            let forged = documents.map { number in
                let found = (0..<Int.random(in: 1...4, using: &random)).map { _ in RandomConditions.passage(&random) }
                for passage in found { passages[passage.text] = passage }
                return ForgedIndex.Document(
                    path: "d\(number)", metadata: #"{"third":\#(number % 3)}"#, texts: found.map(\.text))
            }
            try index.commit(forged, hasColumns: hasColumns, analyzer: analyzer)
        }
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 2_000)
        let meaning = try index.randomQuery()
        var reader = try TermReader(Analyzer())
        let terms = try TermStatistics(snapshot).map { statistics in
            try TermQuery(reader.words(of: Array("sea whale".utf8)), in: snapshot, statistics)
        }
        let queries = [(meaning, nil), (nil, terms), (meaning, terms)] as [(ScoringQuery?, TermQuery?)]
        let all = try await engine.ranked(queries.map { RankingQuery($0, $1, weight: 0.05) }, limit: snapshot.rowCount)
        let hits = try snapshot.hits(all.map(\.rows), for: ["a", "b", "c"])
        var sizes: Set<Int> = []
        for _ in 0..<300 {
            let wanted = RandomConditions(&random)
            let field = Int.random(in: 0..<6, using: &random)
            let typed = wanted.typed + (field < 3 ? " third:\(field)" : field == 3 ? " -third:0" : "")
            let expression = QueryExpression(parsing: typed) { $0 == "third" }
            let selected = try await expression.rows(of: snapshot, among: nil, Analyzer(), threads: threads)
            let which = Int.random(in: 0..<3, using: &random)
            let limit = [1, 10, snapshot.rowCount].randomElement(using: &random) ?? 1
            let (vector, terms) = queries[which]
            let found = try await engine.ranked(
                [RankingQuery(vector, terms, weight: 0.05, among: selected.selection)], limit: limit)
            let expected = zip(all[which].rows, hits[which]).filter { _, hit in
                let third = (Int(hit.document.dropFirst()) ?? 0) % 3
                let isMet = field < 3 ? third == field : field == 3 ? third != 0 : true
                return isMet && (passages[hit.text].map(wanted.holds) ?? false)
            }.map(\.0)
            sizes.insert(expected.count)
            #expect(found[0].rows == Array(expected.prefix(limit)), "\(typed), \(random)")
        }
        #expect(sizes.count > 10)
    }

    @Test("read no text where terms decide, and of phrases only candidates")
    func readRows() async throws {
        var index = try ForgedIndex(seed: 5)
        let texts = ["the white whale", "the whale is white", "the sea", "white sea"]
        try index.commit([ForgedIndex.Document(path: "a", texts: texts)], hasColumns: true)
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 1)
        defer { threads.stop() }
        for (typed, found, read) in [
            ("+whale", [0, 1], 0), ("the -whale", [2, 3], 0), ("\"white whale\"", [0], 2),
            ("sea -\"white whale\"", [1, 2, 3], 2), ("\"white whale\" +sea", [], 0), ("\"no whale\"", [], 0),
            ("+WHALES -sea", [0, 1], 0), ("+white-whale", [0], 2),
        ] {
            let expression = QueryExpression(parsing: typed) { _ in false }
            let rows = try await expression.rows(of: snapshot, among: nil, Analyzer(), threads: threads)
            let selection = try #require(rows.selection)
            #expect((0..<4).filter { selection.contains($0, inShard: 0) } == found, "\(typed)")
            #expect(rows.readRows == read, "\(typed)")
        }
    }

    @Test("alone list the rows in the order of the index")
    func listing() async throws {
        var index = try ForgedIndex(seed: 6)
        for shard in 0..<3 {
            try index.commit(
                [ForgedIndex.Document(path: "d\(shard)", texts: ["a", "b \(shard)", "c"])], hasColumns: shard > 0)
        }
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 1)
        let expression = QueryExpression(parsing: "-path:d1 document:d2 -c") { $0 == "path" || $0 == "document" }
        let rows = try await expression.rows(of: snapshot, among: nil, Analyzer(), threads: threads)
        let found = try await engine.ranked([RankingQuery(listing: rows.selection)], limit: 10)
        #expect(found[0].rows == [6, 7].map { RankedRow(score: 0, row: $0) })
        let all = try await engine.ranked([RankingQuery(listing: nil)], limit: 2)
        #expect(all[0].rows.map(\.row) == [0, 1])
        let unknown = QueryExpression(parsing: "document:nowhere") { $0 == "document" }
        let none = try await unknown.rows(of: snapshot, among: nil, Analyzer(), threads: threads)
        #expect(none.unknownDocuments == ["nowhere"])
    }
}
