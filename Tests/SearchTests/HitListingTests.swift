import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

@Suite("Pages of hits")
struct HitListingTests {
    /// An index in which one document has most passages and many passages are equal.
    private static func index(_ random: inout SeededGenerator, copies: Bool) throws -> ForgedIndex {
        var index = try ForgedIndex(seed: random.next())
        let documents = (0..<60).map { number in
            let count = number == 7 ? 500 : Int.random(in: 1...6, using: &random)
            return ForgedIndex.Document(
                path: "d\(number)",
                texts: (0..<count).map { place in
                    copies && Int.random(in: 0..<3, using: &random) == 0
                        ? "common \(Int.random(in: 0..<12, using: &random))" : "word \(place) of \(number)"
                })
        }
        for part in stride(from: 0, to: 60, by: 20) {
            try index.commit(Array(documents[part..<part + 20]), hasColumns: part > 0)
        }
        return index
    }

    private static func ranked(
        _ index: inout ForgedIndex, _ body: (SearchEngine, [RankingQuery], [[SearchHit]]) async throws -> Void
    ) async throws {
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 2_000)
        let queries = try (0..<3).map { _ in RankingQuery(try index.randomQuery(), nil, weight: 0) }
        let rankings = try await engine.ranked(queries, limit: snapshot.rowCount)
        try await body(engine, queries, try snapshot.hits(rankings.map(\.rows), for: ["a", "b", "c"]))
    }

    /// A hit and its copies, as text.
    private static func shown(_ hit: SearchHit) -> String {
        "\(hit.rank) \(hit.score) \(hit.document):\(hit.passage) \(hit.text) "
            + hit.copies.map { "\($0.document):\($0.passage)" }.joined(separator: ",")
    }

    @Test("are the whole ranking thinned out, equal passages told once", arguments: [true, false])
    func thinned(copies: Bool) async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try Self.index(&random, copies: copies)
        try await Self.ranked(&index) { engine, queries, rankings in
            for _ in 0..<12 {
                let page = HitPage(
                    limit: [1, 3, 10, 100, 1000].randomElement(using: &random) ?? 1,
                    offset: [0, 1, 7, 40, 900].randomElement(using: &random) ?? 0,
                    perDocument: [0, 1, 2, 3].randomElement(using: &random) ?? 0)
                let found = try await HitListing.hits(engine, page, queries, ["a", "b", "c"])
                for (number, ranking) in rankings.enumerated() {
                    var kept: [(hit: SearchHit, copies: [String])] = []
                    for hit in ranking {
                        if let place = kept.firstIndex(where: { $0.hit.text == hit.text }) {
                            kept[place].copies.append("\(hit.document):\(hit.passage)")
                        } else if page.perDocument == 0
                            || kept.count(where: { $0.hit.document == hit.document }) < page.perDocument ?? 0
                        {
                            if kept.count == page.offset + page.limit { break }
                            kept.append((hit, []))
                        }
                    }
                    let expected = kept.enumerated().dropFirst(page.offset).map { place, kept in
                        "\(place + 1) \(kept.hit.score) \(kept.hit.document):\(kept.hit.passage) \(kept.hit.text) "
                            + kept.copies.joined(separator: ",")
                    }
                    #expect(found[number].map(Self.shown) == expected, "\(page), \(random)")
                }
            }
        }
    }

    @Test("decode no frame twice, however many steps a page takes", arguments: [true, false])
    func frames(grouped: Bool) async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try Self.index(&random, copies: true)
        try await Self.ranked(&index) { engine, queries, _ in
            let frames = FrameCache()
            let page = HitPage(limit: 1000, perDocument: 1, groupsByDocument: grouped)
            let found = try await HitListing.hits(engine, page, queries, ["a", "b", "c"], frames)
            let steps = frames.decodedCount
            #expect(found.allSatisfy { $0.count > 20 })
            _ = try await HitListing.hits(engine, page, queries, ["a", "b", "c"], frames)
            #expect(frames.decodedCount == steps)
            // Each shard has a frame of passages, of documents and of text.
            #expect(steps == 3 * engine.snapshot.shards.count, "\(random)")
            let small = FrameCache(limit: 1)
            #expect(try await HitListing.hits(engine, page, queries, ["a", "b", "c"], small) == found)
        }
    }

    @Test("of documents have the best passages of each")
    func grouped() async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try Self.index(&random, copies: false)
        try await Self.ranked(&index) { engine, queries, rankings in
            for _ in 0..<15 {
                let page = HitPage(
                    limit: [1, 3, 10, 100].randomElement(using: &random) ?? 1,
                    offset: [0, 2, 55].randomElement(using: &random) ?? 0,
                    perDocument: [0, 1, 3].randomElement(using: &random) ?? 0, groupsByDocument: true)
                let found = try await HitListing.hits(engine, page, queries, ["a", "b", "c"])
                for (number, ranking) in rankings.enumerated() {
                    var names: [String] = []
                    for hit in ranking where !names.contains(hit.document) { names.append(hit.document) }
                    let expected = names.dropFirst(page.offset).prefix(page.limit).map { name in
                        let all = ranking.filter { $0.document == name }.map(\.passage)
                        return Array(page.perDocument == 0 ? all[...] : all.prefix(page.perDocument ?? 0))
                    }
                    #expect(
                        found[number].map { [$0.passage] + $0.further.map(\.passage) } == expected, "\(page), \(random)"
                    )
                    #expect(found[number].map(\.rank) == Array(page.offset + 1..<page.offset + 1 + expected.count))
                }
            }
        }
    }

    @Test("a passage is in one place of a page of documents only, and its copies are told there")
    func groupedCopies() async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try Self.index(&random, copies: true)
        try await Self.ranked(&index) { engine, queries, _ in
            let page = HitPage(limit: 20, perDocument: 0, groupsByDocument: true)
            for hits in try await HitListing.hits(engine, page, queries, ["a", "b", "c"]) {
                let all = hits.flatMap { [$0] + $0.further }
                #expect(Set(all.map(\.text)).count == all.count, "\(random)")
                for hit in hits { #expect(hit.further.allSatisfy { $0.document == hit.document }) }
                let places = all.flatMap { hit in
                    ["\(hit.document):\(hit.passage)"] + hit.copies.map { "\($0.document):\($0.passage)" }
                }
                #expect(Set(places).count == places.count, "\(random)")
            }
        }
    }

    @Test("rows below the least score are not found")
    func leastScore() async throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var index = try Self.index(&random, copies: false)
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 2_000)
        var reader = try TermReader(Analyzer())
        let statistics = try #require(try TermStatistics(snapshot))
        let terms = try TermQuery(reader.words(of: Array("word 3".utf8)), in: snapshot, statistics)
        let meaning = try index.randomQuery()
        for (vector, terms) in [(meaning, nil), (nil, terms), (meaning, terms)] as [(ScoringQuery?, TermQuery?)] {
            let all = try await engine.ranked([RankingQuery(vector, terms, weight: 0.05)], limit: Int.max)[0].rows
            for place in [0, 1, 30, all.count - 1] {
                let least = all[place].score
                let query = RankingQuery(vector, terms, weight: 0.05, leastScore: least)
                let found = try await engine.ranked([query], limit: Int.max)[0].rows
                #expect(found == all.filter { $0.score >= least }, "\(random)")
            }
        }
    }
}
