import Quantization
import TestSupport
import Testing

@Suite("Ranges")
struct RangesTests {
    @Test(
        "A ranges file is read and written as NumPy writes it",
        arguments: ["random", "extreme", "dimension-1", "scores"])
    func numPyBothWays(name: String) throws {
        let fixture = try NumPyFixture("\(name)/ranges")
        let ranges = try fixture.ranges()
        #expect(try (ranges.minima + ranges.maxima).map(\.bitPattern) == fixture.floats().map(\.bitPattern))
        #expect(ranges.numPyFile() == fixture.file)
    }

    @Test(
        "Reversed, NaN, infinite and too wide ranges are refused by dimension",
        arguments: zip(
            [(0, -1), (.nan, 1), (0, .nan), (-.infinity, 0), (0, .infinity), (-3.4e38, 3.4e38)] as [(Float, Float)],
            ["reversed", "not a finite", "not a finite", "not a finite", "not a finite", "wider than a float32"]))
    func badRangesAreRefused(range: (Float, Float), reason: String) throws {
        let error = #expect(throws: QuantizationError.self) {
            try Ranges(minima: [0, range.0, 0], maxima: [1, range.1, 1])
        }
        #expect(error?.code == .invalidRanges)
        #expect(error?.dimension == 1)
        #expect(error?.message.contains(reason) == true)
    }

    @Test("Rows of different or no length are refused")
    func lengthsAreChecked() {
        #expect(throws: QuantizationError.self) { try Ranges(minima: [0], maxima: [1, 2]) }
        #expect(throws: QuantizationError.self) { try Ranges(minima: [], maxima: []) }
    }

    @Test("A file of another shape is not a ranges file", arguments: ["random/embeddings", "one-axis/embeddings"])
    func otherShapesAreRefused(name: String) throws {
        let error = #expect(throws: QuantizationError.self) { try NumPyFixture(name).ranges() }
        #expect(error?.code == .unsupportedArray)
        #expect(error?.message.contains("shape (2, dimension)") == true)
    }

    @Test("Steps are a 255th of the range, or 1")
    func steps() throws {
        let ranges = try Ranges(minima: [0, 5, 0], maxima: [51, 5, .leastNonzeroMagnitude])
        #expect(ranges.steps == [51 / 255, 1, 1])
        #expect([0, 1, 2].map(ranges.isConstant) == [false, true, true])
    }

    @Test("Dead dimensions have no range, or less than a millionth of the median")
    func deadDimensions() throws {
        let ranges = try Ranges(minima: [0, 0, 0, 0, 0], maxima: [1, 0.9e-6, 2, 1.1e-6, 1])
        #expect(ranges.deadDimensions == [1])
        #expect(try Ranges(minima: [1, 2, 3], maxima: [1, 2, 4]).deadDimensions == [0, 1])
        #expect(try NumPyFixture("random/ranges").ranges().deadDimensions == [127, 223, 319])
    }

    @Test("Calibration equals NumPy's min and max in every bit, in any chunks", arguments: [1, 7, 60])
    func calibrationEqualsNumPy(rowsAtATime: Int) throws {
        let embeddings = try NumPyFixture("calibration/embeddings").floats()
        var calibrator = try RangesCalibrator(dimension: 40)
        for start in stride(from: 0, to: embeddings.count, by: rowsAtATime * 40) {
            let rows = Array(embeddings[start..<min(start + rowsAtATime * 40, embeddings.count)])
            try calibrator.add(rows: rows.span)
        }
        #expect(calibrator.count == 60)
        #expect(try calibrator.ranges().numPyFile() == NumPyFixture("calibration/ranges").file)
    }

    @Test("Calibrators of two halves merge to that of the whole")
    func calibratorsMerge() throws {
        let embeddings = try NumPyFixture("calibration/embeddings").floats()
        var first = try RangesCalibrator(dimension: 40)
        var second = try RangesCalibrator(dimension: 40)
        try first.merge(second)
        #expect(first.count == 0)
        try first.add(Array(embeddings[..<800]))
        try second.add(Array(embeddings[800...]))
        try first.merge(second)
        #expect(first.count == 60)
        #expect(try first.ranges() == NumPyFixture("calibration/ranges").ranges())
        let other = try RangesCalibrator(dimension: 41)
        #expect(throws: QuantizationError.self) { try first.merge(other) }
    }

    @Test("The margin widens each range by its share, half on each side")
    func margin() throws {
        var calibrator = try RangesCalibrator(dimension: 2)
        try calibrator.add([0, 3, 1, 3])
        let ranges = try calibrator.ranges(margin: 0.1)
        #expect(ranges.minima == [-0.05, 3])
        #expect(ranges.maxima == [1.05, 3])
        for margin in [-0.1, .nan, .infinity] {
            #expect(throws: QuantizationError.self) { try calibrator.ranges(margin: margin) }
        }
    }

    @Test("Too few embeddings, and values that are not finite, are refused", arguments: [.nan, .infinity] as [Float])
    func badEmbeddingsAreRefused(value: Float) throws {
        var calibrator = try RangesCalibrator(dimension: 2)
        #expect(throws: QuantizationError.self) { try calibrator.ranges() }
        try calibrator.add([0, 1])
        let single = #expect(throws: QuantizationError.self) { try calibrator.ranges() }
        #expect(single?.code == .tooFewEmbeddings)
        let error = #expect(throws: QuantizationError.self) {
            try calibrator.add([7, 8, 0, value])
        }
        #expect(error?.row == 2)
        #expect(error?.dimension == 1)
        #expect(calibrator.count == 1)
        try calibrator.add([2, 2])
        #expect(try calibrator.ranges().maxima == [2, 2], "rows of a refused call leave no trace")
    }
}
