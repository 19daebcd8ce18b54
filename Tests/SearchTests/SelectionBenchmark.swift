import Foundation
import Lexicon
import Platform
import Quantization
import Search
import Shards
import SystemPackage
import TestSupport
import Testing
import Text

/// The documents to forge, by `VECTORSPOOL_BENCHMARK_DOCUMENTS`; each has ten rows.
private let documentCount = ProcessInfo.processInfo.environment["VECTORSPOOL_BENCHMARK_DOCUMENTS"].flatMap { Int($0) }

/// Measures filters over a million rows of 100,000 documents; `Tests/Benchmarks/selecting.sh` runs it.
@Suite("Benchmark of filters", .enabled(if: documentCount != nil))
struct SelectionBenchmark {
    private static func document(_ number: Int, _ random: inout SeededGenerator) -> ForgedIndex.Document {
        let folder = "notes/project \(number % 300)/part \(number % 7)/"
        let tags = (0..<3).map { _ in "\"tag \(Int.random(in: 0..<200, using: &random))\"" }.joined(separator: ",")
        let metadata =
            #"{"year":\#(Int.random(in: 1900...2026, using: &random)),"lang":"\#(["en", "de", "tr", "fr"][number % 4])","tags":[\#(tags)],"#
            + #""author":{"name":"Author \#(Int.random(in: 0..<5000, using: &random))"},"open":\#(number % 2 == 0),"id":\#(number)}"#
        let ending = ["md", "txt", "log", "html"][number % 4]
        return ForgedIndex.Document(
            path: folder + "document \(number).\(ending)", modified: number * 1000, metadata: metadata,
            texts: (0..<10).map { "passage \($0) of document \(number) about subject\(number % 5000)" })
    }

    private static let filters: [(String, [String], [String])] = [
        ("path *.md", ["*.md"], []), ("path notes/project 1*/**", ["notes/project 1*/**"], []),
        ("path **/part 3/*.txt", ["**/part 3/*.txt"], []), ("where year>=2000", [], ["year>=2000"]),
        ("where lang=en", [], ["lang=en"]),
        ("where tags in tag 1,tag 7", [], ["tags in tag 1,tag 7"]),
        ("where author.name=Author 17", [], ["author.name=Author 17"]),
        ("where id<500", [], ["id<500"]), ("path *.md, year>=2000, lang!=de", ["*.md"], ["year>=2000", "lang!=de"]),
    ]

    private static func median(_ count: Int, _ body: () async throws -> Void) async rethrows -> Double {
        var times: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            try await body()
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return times.sorted()[count / 2]
    }

    private static func line(_ name: String, _ values: (String, Double)...) {
        print(
            name.padding(toLength: 44, withPad: " ", startingAt: 0)
                + values.map { "\($0.0) " + String(format: "%8.2f", $0.1) }.joined(separator: "  "))
    }

    @Test("times of filters, and of searches with them")
    func times() async throws {
        let count = try #require(documentCount)
        var random = SeededGenerator(seed: 1)
        let documents = (0..<count).map { Self.document($0, &random) }
        var index = try ForgedIndex(seed: 1, dimension: 384)
        for part in stride(from: 0, to: count, by: count / 4) {
            try index.commit(Array(documents[part..<min(part + count / 4, count)]), hasColumns: true)
        }
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: Processors.usable)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads)
        var reader = try TermReader(Analyzer())
        let statistics = try #require(try TermStatistics(snapshot))
        let terms = try TermQuery(
            reader.words(of: Array("subject17 passage of number 5".utf8)), in: snapshot, statistics)
        let meaning = try index.randomQuery()
        func search(_ selection: RowSelection?, _ terms: TermQuery?, vector: ScoringQuery?) async throws -> Double {
            let query = RankingQuery(vector, terms, weight: 0.05, among: selection)
            _ = try await engine.ranked([query], limit: 64)
            return try await Self.median(9) { _ = try await engine.ranked([query], limit: 64) }
        }
        Self.line(
            "\(snapshot.rowCount) rows, milliseconds", ("semantic", try await search(nil, nil, vector: meaning)),
            ("hybrid", try await search(nil, terms, vector: meaning)),
            ("lexical", try await search(nil, terms, vector: nil)))
        for (name, paths, conditions) in Self.filters {
            let filter = RowFilter(
                paths: paths.isEmpty ? nil : PathGlobs(paths),
                predicates: try conditions.map { try MetadataPredicate(parsing: $0) })
            let first = try await Self.median(5) { _ = try filter.rows(of: try Snapshot.open(index.directory)) }
            let again = try await Self.median(9) { _ = try filter.rows(of: snapshot) }
            let rows = try filter.rows(of: snapshot)
            Self.line(
                name, ("rows", Double(try rows.selection.count(in: snapshot).passages)), ("opened and made", first),
                ("made", again),
                ("semantic", try await search(rows.selection, nil, vector: meaning)),
                ("hybrid", try await search(rows.selection, terms, vector: meaning)),
                ("lexical", try await search(rows.selection, terms, vector: nil)))
        }
        let modified = RowFilter(modified: 0..<Int64(count) * 500 * 1_000_000_000)
        Self.line("until the middle", ("made", try await Self.median(9) { _ = try modified.rows(of: snapshot) }))
    }

    @Test("what columns cost")
    func cost() async throws {
        let count = try #require(documentCount) / 4
        var random = SeededGenerator(seed: 1)
        let documents = (0..<count).map { Self.document($0, &random) }
        var sizes: [Int] = []
        for hasColumns in [false, true] {
            var index = try ForgedIndex(seed: 1)
            let start = ContinuousClock.now
            try index.commit(documents, hasColumns: hasColumns)
            let time = (ContinuousClock.now - start) / .milliseconds(1)
            let snapshot = try Snapshot.open(index.directory)
            sizes.append(snapshot.shards[0].reader.byteCount)
            let filter = RowFilter(predicates: [try MetadataPredicate(parsing: "year>=2000")])
            let made = try await Self.median(5) { _ = try filter.rows(of: snapshot) }
            Self.line(
                "\(count) documents, columns: \(hasColumns)", ("built and written ms", time), ("year>=2000 ms", made))
        }
        Self.line("bytes of columns for a document", ("bytes", Double(sizes[1] - sizes[0]) / Double(count)))
    }
}
