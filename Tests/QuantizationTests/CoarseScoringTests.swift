import Platform
import Quantization
import TestSupport
import Testing

/// Candidates are found by signs and a query of four bits a dimension.
@Suite("Coarse queries of signs") struct CoarseScoringTests {
    private static let dimensions = [1, 7, 8, 63, 64, 100, 384, 385, 768, 1024]

    @Test(
        "every table of loops counts the same numbers, and they are those of the rounded query", arguments: dimensions)
    func equalsArithmetic(dimension: Int) throws {
        var generator = SeededGenerator(seed: UInt64(dimension))
        let query = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        let bytesPerRow = (dimension + 7) / 8
        // No whole number of eight rows, from an odd address.
        let rows = (0..<(21 * bytesPerRow)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // A row of one bit has the number of that bit.
        let units = (0..<dimension).flatMap { index in
            (0..<bytesPerRow).map { $0 == index / 8 ? UInt8(0x80) >> (index % 8) : 0 }
        }
        let scalar = try ScoringQuery(coarse: query.span, kernels: ScanKernels.allowed(by: "scalar"))
        let counted = scalar.integerScores(rows: units.rawSpan)
        let numbers = try #require(counted)
        #expect(numbers.allSatisfy { (-8...7).contains($0) })
        let order = query.indices.sorted { query[$0] < query[$1] }
        #expect(zip(order, order.dropFirst()).allSatisfy { numbers[$0] <= numbers[$1] }, "\(generator)")
        let expected = (0..<21).map { row in
            (0..<dimension).reduce(into: Int64(0)) { sum, index in
                if rows[row * bytesPerRow + index / 8] >> (7 - index % 8) & 1 == 1 { sum += numbers[index] }
            }
        }
        for kernels in ScanKernels.available {
            let scoring = try ScoringQuery(coarse: query.span, kernels: kernels)
            #expect(scoring.bytesPerRow == bytesPerRow)
            #expect(scoring.integerScores(rows: rows.rawSpan) == expected, "\(kernels.name), \(generator)")
            let scores = scoring.scores(of: rows)
            for limit in [1, 5, 21] {
                let best = (0..<21).sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(limit)
                #expect(scoring.top(limit, of: rows) == best.map { UInt64($0) }, "\(kernels.name), \(generator)")
            }
        }
    }

    @Test("they rank as the float query does, nearly")
    func ranksAlike() throws {
        var generator = SeededGenerator(seed: 5)
        let query = (0..<384).map { _ in Float.random(in: -1...1, using: &generator) }
        let rows = (0..<(2000 * 48)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let exact = Set(try ScoringQuery(query.span, precision: .ubinary).top(100, of: rows))
        let coarse = Set(try ScoringQuery(coarse: query.span).top(130, of: rows))
        #expect(coarse.isSuperset(of: exact), "\(generator)")
    }

    @Test("one that cannot be compared is refused, and one without direction scores all alike")
    func oddQueries() throws {
        #expect(throws: QuantizationError.self) { try ScoringQuery(coarse: [Float.nan, 1].span) }
        #expect(throws: QuantizationError.self) { try ScoringQuery(coarse: [Float]().span) }
        #expect(try ScoringQuery(coarse: [Float](repeating: 0, count: 8).span).scores(of: [0, 255, 7]) == [0, 0, 0])
    }
}
