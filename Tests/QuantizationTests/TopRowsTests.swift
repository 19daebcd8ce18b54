import Quantization
import TestSupport
import Testing

@Suite("Top rows")
struct TopRowsTests {
    /// How scores lie.
    enum Scores: CaseIterable, Sendable {
        case few, spread, equal, skewed, infinite

        func next(_ generator: inout SeededGenerator) -> Double {
            let integer = Double(Int.random(in: -20...20, using: &generator))
            return switch self {
            case .few: integer
            case .spread: Double(generator.nextNormal())
            case .equal: 0.5
            case .skewed: integer > 19 ? 1e300 : Double(generator.nextNormal()) * 1e-300
            case .infinite: integer > 18 ? .infinity : integer < 0 ? -.infinity : integer
            }
        }
    }

    @Test(
        "Keeps what a sort would put first, ties by row, in any order of arrival", arguments: Scores.allCases,
        [0, 1, 2, 7, 100, 1_024, 1_025, 1_400, 2_499, 2_500, 5_000])
    func equalsSorting(scores: Scores, limit: Int) {
        var generator = SeededGenerator(seed: UInt64(limit))
        var candidates = (0..<5_000).map { row in RankedRow(score: scores.next(&generator), row: UInt64(row)) }
        let expected = Array(candidates.sorted { $0.precedes($1) }.prefix(limit))
        candidates.shuffle(using: &generator)
        var whole = TopRows(limit: limit)
        var parts = [TopRows(limit: limit), TopRows(limit: limit), TopRows(limit: limit)]
        for (index, candidate) in candidates.enumerated() {
            whole.insert(candidate)
            parts[index % 3].insert(candidate)
        }
        #expect(whole.ranked() == expected, "\(generator)")
        #expect(whole.count == expected.count)
        #expect(whole.rows().sorted { $0.precedes($1) } == expected, "\(generator)")
        parts[0].merge(parts[1])
        parts[0].merge(parts[2])
        #expect(parts[0].ranked() == expected, "\(generator)")
    }

    @Test("A score that is not a number is never kept, infinite ones are")
    func oddScores() {
        var top = TopRows(limit: 3)
        for (row, score) in [Double.nan, -.infinity, .infinity, .nan].enumerated() {
            top.insert(RankedRow(score: score, row: UInt64(row)))
        }
        #expect(top.ranked().map(\.row) == [2, 1])
    }

    @Test("A limit below 0 keeps nothing")
    func negativeLimit() {
        var top = TopRows(limit: -1)
        top.insert(RankedRow(score: 1, row: 1))
        #expect(top.ranked().isEmpty)
    }
}
