import Identity
import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

@Suite("Filters")
struct RowFilterTests {
    /// Documents in folders and in files of lines, with random times and metadata.
    static func documents(
        _ range: Range<Int>, _ random: inout SeededGenerator
    ) -> [(document: ForgedIndex.Document, metadata: RandomFilter.JSON?)] {
        range.map { number in
            let metadata = RandomFilter.metadata(&random)
            let folder = ["", "notes/", "mail/", "mail/deep/", "notes/a b/deep/"].randomElement(using: &random) ?? ""
            let ending = ["md", "txt", "log"].randomElement(using: &random) ?? ""
            let isLine = number % 4 == 0
            return (
                ForgedIndex.Document(
                    path: isLine ? folder + "lines.jsonl" : folder + "file \(number).\(ending)",
                    item: isLine ? "\(number)" : nil, modified: Int.random(in: 0..<1000, using: &random),
                    metadata: metadata?.text,
                    texts: (0..<Int.random(in: 1...4, using: &random)).map {
                        "passage \($0) of \(number), word\(number % 7)"
                    }),
                metadata
            )
        }
    }

    @Test("find what filtering the whole ranking afterwards finds, 1,000 at random, with columns and without")
    func thousand() async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try ForgedIndex(seed: 1)
        var newest: [String: (ForgedIndex.Document, RandomFilter.JSON?)] = [:]
        // Some documents of the first shard are superseded, and one shard is of an older program.
        for (range, hasColumns) in [(0..<250, true), (250..<400, false), (380..<500, true), (100..<120, true)] {
            let documents = Self.documents(range, &random)
            try index.commit(documents.map(\.document), hasColumns: hasColumns)
            for document in documents { newest[document.document.name] = document }
        }
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 4_000)
        var reader = try TermReader(Analyzer())
        let statistics = try #require(try TermStatistics(snapshot))
        let terms = try TermQuery(reader.words(of: Array("word3 word5".utf8)), in: snapshot, statistics)
        let meaning = try index.randomQuery()
        let queries = [(meaning, nil), (nil, terms), (meaning, terms)] as [(ScoringQuery?, TermQuery?)]
        let all = try await engine.ranked(
            queries.map { RankingQuery($0, $1, weight: 0.05) }, limit: snapshot.rowCount)
        let names = try all[0].rows.map { try Self.name(ofRow: Int($0.row), in: snapshot) }
        let nameOfRow = Dictionary(uniqueKeysWithValues: zip(all[0].rows.map(\.row), names))
        var sizes = Set<Int>()
        for _ in 0..<1000 {
            let wanted = try RandomFilter(&random, names: names)
            let rows = try wanted.filter.rows(of: snapshot)
            let which = Int.random(in: 0..<3, using: &random)
            let limit = [1, 10, snapshot.rowCount].randomElement(using: &random) ?? 1
            let (vector, terms) = queries[which]
            let found = try await engine.ranked(
                [RankingQuery(vector, terms, weight: 0.05, among: rows.selection)], limit: limit)
            let expected = all[which].rows.filter { row in
                nameOfRow[row.row].flatMap { newest[$0] }.map { wanted.holds($0.0, $0.1) } ?? false
            }
            sizes.insert(expected.count)
            #expect(
                found[0].rows == Array(expected.prefix(limit)),
                "\(wanted.filter), \(found[0].rows.count) for \(min(expected.count, limit)), \(random)")
            if which == 0 { #expect(try rows.selection.count(in: snapshot).passages == expected.count, "\(random)") }
        }
        #expect(sizes.count > 100)
    }

    private static func name(ofRow row: Int, in snapshot: Snapshot) throws -> String {
        let place = snapshot.locate(row: row)
        let reader = snapshot.shards[place.shard].reader
        return try reader.document(try reader.passage(ofRow: place.row).document).document.identifier.displayName
    }

    @Test("name the keys and documents that are nowhere", arguments: [true, false])
    func unknown(hasColumns: Bool) throws {
        var index = try ForgedIndex(seed: 2)
        try index.commit(
            [
                ForgedIndex.Document(path: "a#b.txt", metadata: #"{"year":1999,"author":{"name":"x"}}"#, texts: ["a"]),
                ForgedIndex.Document(path: "c.jsonl", item: "1", metadata: #"{"tags":[]}"#, texts: ["b"]),
            ], hasColumns: hasColumns)
        let snapshot = try Snapshot.open(index.directory)
        let predicates = try ["yeer=1999", "year!=1999", "name=x"].map { try MetadataPredicate(parsing: $0) }
        let rows = try RowFilter(
            predicates: predicates, documents: ["a#b.txt", "c.jsonl", "c.jsonl#2", "d"]
        ).rows(of: snapshot)
        #expect(rows.unknownKeys == ["yeer", "name"])
        #expect(rows.knownKeys == ["author.name", "year"])
        #expect(rows.unknownDocuments == ["c.jsonl#2", "d"])
        let named = try RowFilter(documents: ["a#b.txt", "c.jsonl#1"]).rows(of: snapshot)
        #expect(try named.selection.count(in: snapshot) == SelectedCount(passages: 2, documents: 2))
        #expect(named.unknownDocuments.isEmpty && named.unknownKeys.isEmpty)
    }

    @Test(
        "take a name with the lines that hits print, unless a document has it as it stands", arguments: [true, false])
    func lines(hasColumns: Bool) throws {
        var index = try ForgedIndex(seed: 3)
        try index.commit(
            [
                ForgedIndex.Document(path: "a.md", texts: ["a", "b"]),
                ForgedIndex.Document(path: "n/odd:12", texts: ["c", "d", "e"]),
                ForgedIndex.Document(path: "n/odd", texts: ["f"]),
                ForgedIndex.Document(path: "l.jsonl", item: "7", texts: ["g", "h", "i", "j"]),
            ], hasColumns: hasColumns)
        let snapshot = try Snapshot.open(index.directory)
        for (name, passages) in [
            ("a.md:1-2", 2), ("a.md:7", 2), ("n/odd:12", 3), ("n/odd:13", 1), ("l.jsonl#7:3", 4), ("l.jsonl:3", 4),
        ] {
            let rows = try RowFilter(documents: [name]).rows(of: snapshot)
            let count = try rows.selection.count(in: snapshot).passages
            #expect(count == passages, "\(name)")
            #expect(rows.unknownDocuments.isEmpty)
        }
        #expect(try RowFilter(documents: ["b.md:1"]).rows(of: snapshot).unknownDocuments == ["b.md:1"])
    }
}
