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
    @Test("runs hold all members of a part, and no long gaps", arguments: [0, 3, 8])
    func runs(gap: Int) {
        var random = SeededGenerator(seed: 44)
        for _ in 0..<300 {
            let chance = ([0.02, 0.3, 0.9, 1] as [Double]).randomElement(using: &random) ?? 1
            let rows = Self.rows(Int.random(in: 1...300, using: &random), chance: chance, &random)
            let first = Int.random(in: 0..<rows.rowCount, using: &random)
            let part = first..<Int.random(in: first...rows.rowCount, using: &random)
            var expected: [Range<Int>] = []
            for row in part where rows.contains(row) {
                if let last = expected.last, row - last.upperBound <= gap {
                    expected[expected.count - 1] = last.lowerBound..<row + 1
                } else {
                    expected.append(row..<row + 1)
                }
            }
            var found: [Range<Int>] = []
            rows.forEachRun(of: part, mergingGaps: gap) { found.append($0) }
            #expect(found == expected, "\(random)")
        }
    }

    @Test("a range is added as its rows one by one")
    func ranges() {
        var random = SeededGenerator(seed: 45)
        for _ in 0..<200 {
            var (whole, single) = (RowBitset(rowCount: 300), RowBitset(rowCount: 300))
            for _ in 0..<3 {
                let first = Int.random(in: 0...300, using: &random)
                let range = first..<Int.random(in: first...300, using: &random)
                whole.insert(range)
                for row in range { single.insert(row) }
            }
            #expect(whole == single, "\(random)")
        }
    }
}
