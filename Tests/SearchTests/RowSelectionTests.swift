import Lexicon
import Platform
import Quantization
import Search
import Shards
import TestSupport
import Testing

@Suite("Row selection")
struct RowSelectionTests {
    /// A set of random rows, each with the same chance.
    private static func rows(_ rowCount: Int, chance: Double, _ random: inout SeededGenerator) -> RowBitset {
        var rows = RowBitset(rowCount: rowCount)
        for row in 0..<rowCount where Double.random(in: 0..<1, using: &random) < chance { rows.insert(row) }
        return rows
    }

    @Test("finds the best of the selected rows", arguments: [0, 0.003, 0.1, 0.9])
    func bestOfSelected(chance: Double) async throws {
        var index = try SyntheticIndex(.int8, seed: 41, analyzer: Analyzer())
        for shard in 0..<3 { try index.commit(documents: 200 * shard..<200 * (shard + 1)) }
        try index.commit(documents: 580..<600)
        let snapshot = try Snapshot.open(index.directory)
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let engine = SearchEngine(snapshot, threads: threads, taskCount: 2, unitBytes: 40_000)
        var random = SeededGenerator(seed: 42)
        var selection = RowSelection(shardCount: snapshot.shards.count)
        // The last shard is left whole.
        for (place, shard) in snapshot.shards.dropLast().enumerated() {
            selection.restrict(place, to: Self.rows(shard.reader.rowCount, chance: chance, &random))
        }
        var reader = try TermReader(Analyzer())
        let statistics = try #require(try TermStatistics(snapshot))
        let terms = try TermQuery(
            reader.words(of: Array("row \(SyntheticIndex.word(3))".utf8)), in: snapshot, statistics)
        let vector = index.randomVector()
        let meaning = try ScoringQuery(vector.span, precision: .int8, ranges: snapshot.ranges)
        for (vector, terms) in [(meaning, nil), (nil, terms), (meaning, terms)] as [(ScoringQuery?, TermQuery?)] {
            let all = try await engine.ranked([RankingQuery(vector, terms, weight: 0.05)], limit: Int.max)[0].rows
            let expected = all.filter {
                let (shard, row) = snapshot.locate(row: Int($0.row))
                return selection.contains(row, inShard: shard)
            }
            let found = try await engine.ranked(
                [RankingQuery(vector, terms, weight: 0.05, among: selection)], limit: 25)
            #expect(found[0].rows == Array(expected.prefix(25)), "\(random)")
        }
    }

    @Test("a part of a set has members where it has")
    func partOfASet() {
        var random = SeededGenerator(seed: 43)
        for _ in 0..<200 {
            let rows = Self.rows(Int.random(in: 1...200, using: &random), chance: 0.02, &random)
            let first = Int.random(in: 0..<rows.rowCount, using: &random)
            let part = first..<Int.random(in: first...rows.rowCount, using: &random)
            #expect(rows.containsAny(of: part) == part.contains { rows.contains($0) }, "\(random)")
        }
    }
}
