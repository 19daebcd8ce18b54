import NumPy
import Platform
import Quantization
import TestSupport
import Testing

@Suite("Quantizing")
struct QuantizerTests {
    static let cases = [
        "random", "edges", "extreme", "dimension-1", "dimension-7", "dimension-9", "dimension-31", "dimension-65",
        "dimension-100", "no-rows", "one-axis", "float16", "float64",
    ]

    @Test("Codes equal those of sentence-transformers, byte for byte", arguments: cases, Precision.allCases)
    func codesEqualSentenceTransformers(name: String, precision: Precision) throws {
        let embeddings = try NumPyFixture("\(name)/embeddings")
        let matrix = try embeddings.matrix()
        let ranges = try NumPyFixture("\(name)/ranges").ranges()
        let isStored = precision != .float32 || matrix.header.element != .float32
        let expected = isStored ? try NumPyFixture("\(name)/\(precision.rawValue)") : embeddings
        for kernels in ScanKernels.available {
            var quantizer = try Quantizer(
                precision: precision, dimension: matrix.columnCount, ranges: ranges, kernels: kernels)
            var codes: [UInt8] = []
            try quantizer.append(
                rows: 0..<matrix.rowCount, of: matrix, in: embeddings.file.rawSpan, to: &codes)
            #expect(try codes == expected.elements(), "\(kernels)")
            #expect(quantizer.rowCount == matrix.rowCount)
            #expect(matrix.quantizedHeader(precision).serialized() + codes == expected.file, "as numpy.save")
        }
    }

    @Test("An array without rows may name any number of columns", arguments: [1, 7, 8, 9, Int.max / 8])
    func headerOfManyColumns(columns: Int) throws {
        let file = NumPyHeader(element: .float32, shape: [0, columns]).serialized()
        let header = try NumPyMatrix(file: file.rawSpan).quantizedHeader(.binary)
        #expect(header == NumPyHeader(element: .int8, shape: [0, (columns - 1) / 8 + 1]))
    }

    @Test("Every version of the loop makes the same codes", arguments: [1, 2, 3] as [UInt64], [5, 16, 384, 391])
    func versionsAgree(seed: UInt64, dimension: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let minima = (0..<dimension).map { _ in Float.random(in: -1...0, using: &generator) }
        let maxima = minima.map { $0 + Float.random(in: 0...1, using: &generator) }
        let ranges = try Ranges(minima: minima, maxima: maxima)
        let special: [Float] = [.infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        let rows = (0..<20 * dimension).map { index in
            Bool.random(using: &generator) && index % 7 == 0
                ? special[index % special.count] : Float.random(in: -1.2...1.2, using: &generator)
        }
        for precision in [Precision.int8, .uint8] {
            let expected = reference(rows, ranges, flip: precision == .int8 ? 0x80 : 0)
            for kernels in ScanKernels.available {
                var quantizer = try Quantizer(
                    precision: precision, dimension: dimension, ranges: ranges, kernels: kernels)
                var codes: [UInt8] = []
                try quantizer.append(rows: rows.span, to: &codes)
                #expect(codes == expected.codes, "\(kernels), \(generator)")
                #expect(quantizer.clippedCount == expected.clipped, "\(kernels), \(generator)")
            }
        }
    }

    @Test("Chunks of rows are appended to existing codes")
    func appendsBehind() throws {
        let ranges = try Ranges(minima: [0, 0], maxima: [255, 255])
        var quantizer = try Quantizer(precision: .uint8, dimension: 2, ranges: ranges)
        var codes: [UInt8] = [9]
        try quantizer.append([1, 2], to: &codes)
        try quantizer.append([], to: &codes)
        let doubles: [Double] = [3, 4, 5, 300]
        try quantizer.append(rows: doubles.span, to: &codes)
        #expect(codes == [9, 1, 2, 3, 4, 5, 255])
        #expect(quantizer.rowCount == 3)
        #expect(quantizer.clippedCount == 1)
        #expect(quantizer.clippedShare == 1.0 / 6)
    }

    @Test("Values outside the noise of a dead dimension do not count as clipped")
    func deadDimensionsAreNotCounted() throws {
        let ranges = try Ranges(minima: [0, 0, 0], maxima: [1, 1, 1e-30])
        var quantizer = try Quantizer(precision: .int8, dimension: 3, ranges: ranges)
        var codes: [UInt8] = []
        try quantizer.append([0.5, 2, 1], to: &codes)
        #expect(codes == [255, 127, 127])
        #expect(quantizer.clippedCount == 1)
    }

    @Test("A NaN is refused with its row and dimension", arguments: Precision.allCases, ScanKernels.available)
    func nanIsRefused(precision: Precision, kernels: ScanKernels) throws {
        let dimension = 37
        let ranges = try Ranges(
            minima: Array(repeating: 0, count: dimension), maxima: Array(repeating: 1, count: dimension))
        for place in [0, 15, 16, 33, 36] {
            var quantizer = try Quantizer(
                precision: precision, dimension: dimension, ranges: ranges, kernels: kernels)
            var codes: [UInt8] = []
            var rows = Array(repeating: Float(0.25), count: dimension * 3)
            try quantizer.append(rows: rows.span, to: &codes)
            let before = codes
            rows[dimension * 2 + place] = .nan
            let error = #expect(throws: QuantizationError.self) { try quantizer.append(rows: rows.span, to: &codes) }
            #expect(error?.code == .notANumber)
            #expect(error?.row == 5)
            #expect(error?.dimension == place)
            #expect(error?.message.hasPrefix("row 5, dimension \(place) is NaN") == true)
            let doubles = rows.map { Double($0) }
            let sameError = #expect(throws: QuantizationError.self) {
                try quantizer.append(rows: doubles.span, to: &codes)
            }
            #expect(sameError == error)
            #expect(codes == before, "nothing is appended")
            #expect(quantizer.rowCount == 3)
        }
    }

    @Test("Missing ranges, ranges of another dimension, and parts of rows are refused")
    func mismatchesAreRefused() throws {
        let ranges = try Ranges(minima: [0, 0], maxima: [1, 1])
        #expect(throws: QuantizationError.self) { try Quantizer(precision: .int8, dimension: 2) }
        let error = #expect(throws: QuantizationError.self) {
            try Quantizer(precision: .uint8, dimension: 3, ranges: ranges)
        }
        #expect(error?.code == .dimensionMismatch)
        #expect(error?.message == "embeddings: dimension 3, but the ranges have 2. Use the pair that belongs together")
        #expect(throws: QuantizationError.self) { try Quantizer(precision: .ubinary, dimension: 0) }
        #expect(throws: QuantizationError.self) { try Quantizer(precision: .ubinary, dimension: 65_537) }
        var quantizer = try Quantizer(precision: .ubinary, dimension: 3)
        var codes: [UInt8] = []
        #expect(throws: QuantizationError.self) {
            try quantizer.append([1, 2, 3, 4], to: &codes)
        }
    }

    @Test("Bytes per row", arguments: zip(Precision.allCases, [1540, 385, 385, 49, 49]))
    func bytesPerRow(precision: Precision, bytes: Int) {
        #expect(precision.bytesPerRow(dimension: 385) == bytes)
    }

    /// The formula in plain Swift.
    private func reference(_ rows: [Float], _ ranges: Ranges, flip: UInt8) -> (codes: [UInt8], clipped: Int) {
        let dead = Set(ranges.deadDimensions)
        var clipped = 0
        let codes = rows.enumerated().map { index, value in
            let dimension = index % ranges.dimension
            if !dead.contains(dimension), value < ranges.minima[dimension] || value > ranges.maxima[dimension] {
                clipped += 1
            }
            let bucket = ((value - ranges.minima[dimension]) / ranges.steps[dimension]).rounded(.down)
            return UInt8(min(max(bucket, 0), 255)) ^ flip
        }
        return (codes, clipped)
    }
}
