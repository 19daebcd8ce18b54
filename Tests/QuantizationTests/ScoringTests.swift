import Platform
import Quantization
import TestSupport
import Testing

@Suite("Scoring")
struct ScoringTests {
    static let codePrecisions: [Precision] = [.int8, .uint8, .binary, .ubinary]

    @Test(
        "The sentence-transformers scorer equals NumPy, int32 for int32", arguments: codePrecisions,
        ScanKernels.available)
    func integersEqualNumPy(precision: Precision, kernels: ScanKernels) throws {
        let codes = try NumPyFixture("scores/\(precision.rawValue)").elements()
        let expected = try NumPyFixture("scores/\(precision.rawValue)-scores").doubles()
        let query = try NumPyFixture("scores/query").floats()
        let scoring = try ScoringQuery(
            query.span, precision: precision, ranges: NumPyFixture("scores/ranges").ranges(),
            scorer: .sentenceTransformers,
            kernels: kernels)
        #expect(scoring.integerScores(rows: codes.rawSpan) == expected.map { Int64($0) })
        #expect(scoring.scores(of: codes) == expected)
    }

    @Test(
        "The folded scorer estimates the dequantized score", arguments: [Precision.int8, .uint8],
        ScanKernels.available)
    func foldedEqualsDequantized(precision: Precision, kernels: ScanKernels) throws {
        let codes = try NumPyFixture("scores/\(precision.rawValue)").elements()
        let expected = try NumPyFixture("scores/\(precision.rawValue)-folded").doubles()
        let query = try NumPyFixture("scores/query").floats()
        let scoring = try ScoringQuery(
            query.span, precision: precision, ranges: NumPyFixture("scores/ranges").ranges(), kernels: kernels)
        for (score, dequantized) in zip(scoring.scores(of: codes), expected) {
            #expect(abs(score - dequantized) < 4e-5)
        }
        #expect(scoring.top(10, of: codes) == topRows(10, of: expected), "the same rows in the same order")
    }

    @Test(
        "Exact scores are those of the values that codes stand for, the same by every loop, wherever the rows lie",
        arguments: [1, 17, 64, 384, 519], Precision.allCases)
    func exactScores(dimension: Int, precision: Precision) throws {
        var generator = SeededGenerator(seed: UInt64(dimension))
        let ranges = try Ranges(synthetic: dimension, using: &generator)
        let query = (0..<dimension).map { _ in generator.nextNormal() }
        let bytesPerRow = precision.bytesPerRow(dimension: dimension)
        let rows = (0..<40 * bytesPerRow).map { _ in UInt8.random(in: 0...100, using: &generator) }
        let chosen = (0..<40).filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
        for scorer in Scorer.allCases {
            var outcomes: [[Double]] = []
            for kernels in ScanKernels.available {
                let scoring = try ScoringQuery(
                    query.span, precision: precision, ranges: ranges, scorer: scorer, kernels: kernels)
                var scores = Array(repeating: 0.0, count: chosen.count)
                var span = scores.mutableSpan
                scoring.score(rows.rawSpan, at: chosen.map { $0 * bytesPerRow }, into: &span)
                outcomes.append(scores)
                let all = scoring.scores(of: rows)
                let isRounded = scorer == .folded && (precision == .int8 || precision == .uint8)
                let expected =
                    isRounded
                    ? try dequantizedScores(rows, query, ranges, precision) : all
                for (place, row) in chosen.enumerated() {
                    #expect(
                        isRounded
                            ? abs(scores[place] - expected[row]) <= 1e-12 * max(1, abs(expected[row]))
                            : scores[place] == expected[row], "\(scorer), \(kernels), \(generator)")
                }
            }
            #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(scorer), \(generator)")
        }
    }

    /// The dot products of a query and of what rows of codes stand for.
    private func dequantizedScores(
        _ rows: [UInt8], _ query: [Float], _ ranges: Ranges, _ precision: Precision
    ) throws -> [Double] {
        let dequantizer = try Dequantizer(precision, dimension: query.count, ranges: ranges)
        var scores: [Double] = []
        for start in stride(from: 0, to: rows.count, by: query.count) {
            let values = dequantizer.values(of: Array(rows[start..<start + query.count]))
            var sum = 0.0
            for (place, value) in values.enumerated() { sum += Double(query[place]) * value }
            scores.append(sum)
        }
        return scores
    }

    @Test(
        "Every version of every loop gives the same scores, and the integers of plain Swift",
        arguments: [1, 9, 16, 63, 64, 65, 384, 519, 1_031, 5_000], Precision.allCases)
    func versionsAgree(dimension: Int, precision: Precision) throws {
        var generator = SeededGenerator(seed: UInt64(dimension))
        let ranges = try Ranges(synthetic: dimension, using: &generator)
        let query = (0..<dimension).map { _ in generator.nextNormal() }
        var rows = (0..<23 * precision.bytesPerRow(dimension: dimension)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        if precision == .float32 {
            let values = (0..<23 * dimension).map { _ in generator.nextNormal() }
            rows = []
            var quantizer = try Quantizer(precision: .float32, dimension: dimension)
            try quantizer.append(rows: values.span, to: &rows)
        }
        for scorer in Scorer.allCases {
            var outcomes: [[Double]] = []
            for kernels in ScanKernels.available {
                let scoring = try ScoringQuery(
                    query.span, precision: precision, ranges: ranges, scorer: scorer, kernels: kernels)
                outcomes.append(scoring.scores(of: rows))
                if scorer == .sentenceTransformers, precision != .float32 {
                    let expected = try reference(rows, for: query, precision: precision, ranges: ranges)
                    #expect(scoring.integerScores(rows: rows.rawSpan) == expected, "\(kernels), \(generator)")
                }
            }
            for outcome in outcomes.dropFirst() {
                #expect(outcome == outcomes.first, "\(scorer), \(generator)")
            }
        }
    }

    @Test(
        "The largest codes and weights do not overflow", arguments: ScanKernels.available, [Precision.int8, .uint8])
    func noOverflow(kernels: ScanKernels, precision: Precision) throws {
        let dimension = Precision.maximumDimension
        let ranges = try Ranges(
            minima: Array(repeating: -1, count: dimension), maxima: Array(repeating: 1, count: dimension))
        let highest: UInt8 = precision == .int8 ? 0x7F : 0xFF
        let rows = Array(repeating: highest, count: dimension)
        for sign in [1, -1] as [Float] {
            let query = Array(repeating: sign, count: dimension)
            let folded = try ScoringQuery(query.span, precision: precision, ranges: ranges, kernels: kernels)
            #expect(folded.integerScores(rows: rows.rawSpan) == [Int64(sign) * 255 * 16_319 * Int64(dimension)])
            let score = try #require(folded.scores(of: rows).first)
            // Code 255 represents the middle of the bucket that begins at the maximum.
            #expect(abs(score - Double(sign) * Double(dimension) * (1 + 1.0 / 255)) < 0.01)
            let raw = try ScoringQuery(
                query.span, precision: precision, ranges: ranges, scorer: .sentenceTransformers, kernels: kernels)
            let expected = try reference(rows, for: query, precision: precision, ranges: ranges)
            #expect(raw.integerScores(rows: rows.rawSpan) == expected)
        }
    }

    @Test("The folded scorer ranks as the float embeddings do", arguments: [21, 22, 23] as [UInt64])
    func foldedRanksAsFloat(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let embeddings = SyntheticEmbeddings(dimension: 192, rows: 1_000, queries: 20, using: &generator)
        var calibrator = try RangesCalibrator(dimension: 192)
        try calibrator.add(embeddings.rows)
        let ranges = try calibrator.ranges()
        var agreement: [Scorer: Int] = [:]
        for precision in [Precision.int8, .uint8] {
            var quantizer = try Quantizer(precision: precision, dimension: 192, ranges: ranges)
            var codes: [UInt8] = []
            try quantizer.append(embeddings.rows, to: &codes)
            for query in embeddings.queries {
                let expected = Set(topRows(10, of: embeddings.dotProducts(query)))
                for scorer in Scorer.allCases {
                    let scoring = try ScoringQuery(query.span, precision: precision, ranges: ranges, scorer: scorer)
                    agreement[scorer, default: 0] += expected.intersection(scoring.top(10, of: codes)).count
                }
            }
        }
        let folded = try #require(agreement[.folded])
        let plain = try #require(agreement[.sentenceTransformers])
        #expect(folded >= 392, "of 400, \(generator)")
        #expect(plain < folded - 40, "\(generator)")
    }

    @Test("The folded scorer of signs equals the cosine with the signs", arguments: [Precision.binary, .ubinary])
    func foldedSigns(precision: Precision) throws {
        var generator = SeededGenerator(seed: 31)
        for dimension in [3, 8, 100, 384] {
            let query = (0..<dimension).map { _ in generator.nextNormal() }
            let rows = (0..<11 * dimension).map { _ in generator.nextNormal() }
            var codes: [UInt8] = []
            var quantizer = try Quantizer(precision: precision, dimension: dimension)
            try quantizer.append(rows, to: &codes)
            let scoring = try ScoringQuery(query.span, precision: precision)
            for (row, score) in scoring.scores(of: codes).enumerated() {
                let expected = query.indices.reduce(0.0) { sum, index in
                    sum + Double(query[index]) * (rows[row * dimension + index] > 0 ? 1 : -1)
                }
                #expect(abs(score - expected / Double(dimension).squareRoot()) < 1e-3, "\(generator)")
            }
        }
    }

    @Test("A constant dimension has no weight, but its value counts")
    func constantDimensions() throws {
        let ranges = try Ranges(minima: [0, 0.5], maxima: [1, 0.5])
        let query: [Float] = [0.5, 0.25]
        let scoring = try ScoringQuery(query.span, precision: .uint8, ranges: ranges)
        let scores = scoring.scores(of: [100, 0, 100, 7])
        #expect(scores[0] == scores[1])
        #expect(abs(scores[0] - (0.5 * 100.5 / 255 + 0.125)) < 1e-6)
    }

    @Test("A query without direction scores every row alike")
    func zeroQuery() throws {
        let ranges = try Ranges(minima: [0, 0], maxima: [1, 1])
        let query: [Float] = [0, 0]
        for precision in Precision.allCases {
            let scoring = try ScoringQuery(query.span, precision: precision, ranges: ranges)
            let rows = Array(repeating: UInt8(0), count: 2 * scoring.bytesPerRow)
            #expect(scoring.scores(of: rows) == [0, 0])
        }
    }

    @Test("Queries that cannot be compared are refused", arguments: Precision.allCases, Scorer.allCases)
    func badQueries(precision: Precision, scorer: Scorer) throws {
        let ranges = try Ranges(minima: [0, 0], maxima: [1, 1])
        for value in [Float.nan, .infinity] {
            let query = [0, value]
            let error = #expect(throws: QuantizationError.self) {
                try ScoringQuery(query.span, precision: precision, ranges: ranges, scorer: scorer)
            }
            #expect(error?.code == .notANumber)
            #expect(error?.dimension == 1)
        }
        let empty: [Float] = []
        #expect(throws: QuantizationError.self) {
            try ScoringQuery(empty.span, precision: precision, ranges: ranges, scorer: scorer)
        }
        let longer: [Float] = [1, 2, 3]
        if precision.needsRanges {
            let mismatch = #expect(throws: QuantizationError.self) {
                try ScoringQuery(longer.span, precision: precision, ranges: ranges, scorer: scorer)
            }
            #expect(mismatch?.code == .dimensionMismatch)
            let missing = #expect(throws: QuantizationError.self) {
                try ScoringQuery(longer.span, precision: precision, scorer: scorer)
            }
            #expect(missing?.code == .missingRanges)
        }
    }

    @Test("A scan keeps the best of included rows, across chunks and blocks", arguments: [0, 1, 10, 3_000])
    func scanKeepsTheBest(limit: Int) throws {
        var generator = SeededGenerator(seed: 41)
        let codes = (0..<2_000 * 6).map { _ in UInt8.random(in: 0...3, using: &generator) }
        let query = (0..<48).map { _ in generator.nextNormal() }
        let scoring = try ScoringQuery(query.span, precision: .ubinary, scorer: .sentenceTransformers)
        let scores = scoring.scores(of: codes)
        let expected = scores.indices.map { RankedRow(score: scores[$0], row: 1 << 40 + UInt64($0)) }
            .filter { $0.row % 3 != 0 }.sorted { $0.precedes($1) }.prefix(limit)
        // Blocks of different sizes, scanned from the last to the first, into two lists.
        var lists = [TopRows(limit: limit), TopRows(limit: limit)]
        for (index, block) in [0..<1, 1..<700, 700..<700, 700..<1_212, 1_212..<2_000].enumerated().reversed() {
            scoring.scan(
                rows: codes.rawSpan.extracting(block.lowerBound * 6..<block.upperBound * 6),
                firstRow: 1 << 40 + UInt64(block.lowerBound), into: &lists[index % 2], where: { $0 % 3 != 0 })
        }
        lists[0].merge(lists[1])
        #expect(lists[0].ranked() == Array(expected), "\(generator)")
    }

    /// Integer scores by definition.
    private func reference(
        _ rows: [UInt8], for query: [Float], precision: Precision, ranges: Ranges
    ) throws -> [Int64] {
        var quantizer = try Quantizer(precision: precision, dimension: query.count, ranges: ranges)
        var code: [UInt8] = []
        try quantizer.append(query, to: &code)
        return stride(from: 0, to: rows.count, by: code.count).map { start in
            code.indices.reduce(0) { sum, index in
                let (ours, theirs) = (code[index], rows[start + index])
                return switch precision {
                case .int8: sum + Int64(Int8(bitPattern: ours)) * Int64(Int8(bitPattern: theirs))
                case .uint8: sum + Int64(ours) * Int64(theirs)
                default: sum - Int64((ours ^ theirs).nonzeroBitCount)
                }
            }
        }
    }

    private func topRows(_ limit: Int, of scores: [Double]) -> [UInt64] {
        Array(scores.indices.sorted { scores[$0] > scores[$1] }.prefix(limit).map { UInt64($0) })
    }
}
