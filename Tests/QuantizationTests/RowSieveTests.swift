import Platform
import Quantization
import TestSupport
import Testing

/// Many queries look for rows together.
@Suite("Finding rows that reach a score") struct RowSieveTests {
    private static let rowCount = 123

    /// Queries of both scorers and rows of random codes, with a number for each row.
    private struct Sample {
        let queries: [ScoringQuery?]
        let codes: [UInt8]
        let numbers: [Float]

        init(_ dimension: Int, _ kernels: ScanKernels, _ generator: inout SeededGenerator) throws {
            let ranges = try Ranges(synthetic: dimension, using: &generator)
            var queries: [ScoringQuery?] = []
            for place in 0..<7 {
                let values = (0..<dimension).map { _ in generator.nextNormal() }
                queries.append(
                    place % 3 == 0 && place < 6
                        ? nil
                        : try ScoringQuery(
                            values.span, precision: .int8, ranges: ranges,
                            scorer: place == 5 ? .sentenceTransformers : .folded, kernels: kernels))
            }
            self.queries = queries
            codes = (0..<rowCount * dimension).map { _ in UInt8.random(in: 0...255, using: &generator) }
            numbers = (0..<rowCount).map { _ in Float.random(in: 0...20, using: &generator) }
        }
    }

    @Test(
        "all rows that reach the floor of a query are found, and hardly any others",
        arguments: [1, 16, 63, 64, 100, 128, 384, 385, 512, 576, 1_031], ScanKernels.available)
    func findsAll(dimension: Int, kernels: ScanKernels) throws {
        var generator = SeededGenerator(seed: UInt64(dimension))
        let sample = try Sample(dimension, kernels, &generator)
        let made = RowSieve(sample.queries, rowLimit: Self.rowCount + 5)
        let sieve = try #require(made)
        // The codes begin at an odd address.
        let rows = ([0] + sample.codes)
        var extra = 0
        for share in [0, 0.5, 0.9, 1] {
            for weight in [0, 0.25] {
                var sought: [[UInt32]] = []
                for (place, query) in sample.queries.enumerated() {
                    #expect(sieve.canFind(place) == (query != nil))
                    let scores = (query?.exactScores(of: sample.codes) ?? []).enumerated().map {
                        $1 + weight * Double(sample.numbers[$0])
                    }
                    guard let floor = scores.sorted().dropFirst(Int(share * Double(max(scores.count, 1) - 1))).first
                    else {
                        sieve.look(place, from: -.infinity)
                        sought.append([])
                        continue
                    }
                    sought.append(scores.indices.filter { scores[$0] >= floor }.map { UInt32($0) })
                    // What is added is in single precision.
                    let margin = 1e-6 * (20 * weight)
                    if weight > 0 {
                        sieve.look(place, from: floor - margin, adding: sample.numbers.span, times: weight)
                    } else {
                        sieve.look(place, from: floor)
                    }
                }
                sieve.rest(6)
                sieve.sift(rows.rawSpan.extracting(1..<rows.count))
                for place in 0..<6 {
                    let found = sieve.numbers(foundBy: place)
                    #expect(found == found.sorted() && Set(found).count == found.count)
                    #expect(Set(found).isSuperset(of: sought[place]), "query \(place), \(generator)")
                    extra += found.count - sought[place].count
                }
                #expect(sieve.numbers(foundBy: 6).isEmpty, "a query that rests finds nothing")
                // One looks alone, in a part of the rows too.
                sieve.look(1, from: .infinity)
                sieve.sift(rows.rawSpan.extracting(1..<rows.count), for: 1)
                #expect(sieve.numbers(foundBy: 1).isEmpty, "no score is infinite")
                sieve.look(1, from: -.infinity)
                sieve.sift(rows.rawSpan.extracting(1..<1 + 17 * dimension), for: 1)
                #expect(sieve.numbers(foundBy: 1) == Array(0..<17))
            }
        }
        // Eight rounds of four queries. Random codes have no rows that stand out, so a sixth are found that are not looked for.
        #expect(Double(extra) < 0.2 * Double(8 * 4 * Self.rowCount), "\(kernels): \(extra) rows too many")
    }

    @Test("equal queries with all weights at their limits find the rows of the largest codes")
    func largestSums() throws {
        for dimension in [64, 512, 4_096] {
            let ranges = try Ranges(
                minima: Array(repeating: -1, count: dimension), maxima: Array(repeating: 1, count: dimension))
            let query = try ScoringQuery(
                Array(repeating: Float(1), count: dimension).span, precision: .uint8, ranges: ranges)
            let made = RowSieve([query, query], rowLimit: 32)
            let sieve = try #require(made)
            var codes = Array(repeating: UInt8(254), count: 32 * dimension)
            for index in 7 * dimension..<8 * dimension { codes[index] = 255 }
            let floor = query.exactScores(of: codes)[7]
            for number in 0..<2 { sieve.look(number, from: floor) }
            sieve.sift(codes.rawSpan)
            for number in 0..<2 { #expect(sieve.numbers(foundBy: number).contains(7)) }
        }
    }

    @Test("there is none without a query of codes")
    func needsCodes() throws {
        let signs = try ScoringQuery([Float](repeating: 1, count: 64).span, precision: .ubinary)
        #expect(RowSieve([nil, signs], rowLimit: 8) == nil)
        #expect(RowSieve([], rowLimit: 8) == nil)
    }
}

extension RowSieve {
    /// The rows found for a query.
    fileprivate func numbers(foundBy query: Int) -> [UInt32] {
        let found = found(by: query)
        return found.indices.map { found[$0] }
    }
}
