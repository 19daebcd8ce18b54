package import NumPy

/// Converts embeddings into codes, byte for byte those of sentence-transformers 6.2 `quantize_embeddings`.
///
/// int8 and uint8 code a value as the number of its bucket, `floor((value - minimum) / step)` clipped to 0...255, in
/// the arithmetic of the values (float32, or float64 for doubles). binary and ubinary store whether a value is
/// positive. Infinities are clipped like any value outside the ranges. A NaN is refused; NumPy would give it a
/// meaningless code.
package struct Quantizer: Sendable {
    /// The form of the codes.
    package let precision: Precision
    /// The number of dimensions of every row.
    package let dimension: Int
    /// The ranges that define the buckets of int8 and uint8; other precisions ignore them.
    package let ranges: Ranges?
    /// The number of rows quantized.
    package private(set) var rowCount = 0
    /// The number of values outside their range, which were clipped.
    ///
    /// Dead dimensions do not count: their range is noise, so clipping them loses nothing.
    package private(set) var clippedCount = 0

    private let kernels: ScanKernels
    private let lowest: [Float]
    private let highest: [Float]

    /// Prepares to quantize rows of `dimension` values.
    ///
    /// - Throws: `missingRanges` when int8 or uint8 have none, `dimensionMismatch` when the ranges are of another dimension.
    package init(
        precision: Precision, dimension: Int, ranges: Ranges? = nil, kernels: ScanKernels = .best
    ) throws(QuantizationError) {
        try Ranges.checkDimension(dimension, of: "embeddings")
        var lowest: [Float] = []
        var highest: [Float] = []
        if precision.needsRanges {
            let ranges = try ranges.checked(for: precision, dimension: dimension, of: "embeddings")
            lowest = ranges.minima
            highest = ranges.maxima
            for dead in ranges.deadDimensions {
                lowest[dead] = -.infinity
                highest[dead] = .infinity
            }
        }
        self.precision = precision
        self.dimension = dimension
        self.ranges = ranges
        self.kernels = kernels
        self.lowest = lowest
        self.highest = highest
    }

    /// The share of clipped values among all values so far; above 1 %, the ranges do not fit the text.
    package var clippedShare: Double {
        rowCount == 0 ? 0 : Double(clippedCount) / (Double(rowCount) * Double(dimension))
    }

    /// Appends the codes of whole rows, which follow one another in `rows`; appends nothing when it throws.
    ///
    /// - Throws: `notANumber` with row and dimension of the first NaN, `dimensionMismatch` for a part of a row.
    package mutating func append(rows: Span<Float>, to codes: inout [UInt8]) throws(QuantizationError) {
        let start = try makeRoom(values: rows.count, in: &codes)
        let kernel = QuantizationKernel(kernels: kernels, dimension: dimension, flip: precision.flip)
        let outcome: QuantizationKernel.Outcome
        switch (precision, ranges) {
        case (.int8, let ranges?), (.uint8, let ranges?):
            outcome = kernel.quantize(rows, ranges, lowest: lowest, highest: highest, into: &codes, at: start)
        case (.float32, _): outcome = kernel.copy(rows, into: &codes, at: start)
        default: outcome = kernel.packSigns(rows, into: &codes, at: start)
        }
        try finish(outcome, values: rows.count, start: start, codes: &codes)
    }

    /// Appends the codes of rows of doubles, computed in double like NumPy's for float64 embeddings.
    ///
    /// - Throws: `notANumber` with row and dimension of the first NaN, `dimensionMismatch` for a part of a row.
    package mutating func append(rows: Span<Double>, to codes: inout [UInt8]) throws(QuantizationError) {
        let start = try makeRoom(values: rows.count, in: &codes)
        let kernel = QuantizationKernel(kernels: kernels, dimension: dimension, flip: precision.flip)
        let outcome: QuantizationKernel.Outcome
        switch (precision, ranges) {
        case (.int8, let ranges?), (.uint8, let ranges?):
            outcome = kernel.quantize(rows, ranges, lowest: lowest, highest: highest, into: &codes, at: start)
        case (.float32, _): outcome = kernel.narrow(rows, into: &codes, at: start)
        default: outcome = kernel.packSigns(rows, into: &codes, at: start)
        }
        try finish(outcome, values: rows.count, start: start, codes: &codes)
    }

    private func makeRoom(values: Int, in codes: inout [UInt8]) throws(QuantizationError) -> Int {
        guard values.isMultiple(of: dimension) else {
            throw .partialRow(values: values, dimension: dimension)
        }
        let start = codes.count
        let bytes = values / dimension * precision.bytesPerRow(dimension: dimension)
        codes.append(contentsOf: repeatElement(0, count: bytes))
        return start
    }

    private mutating func finish(
        _ outcome: QuantizationKernel.Outcome, values: Int, start: Int, codes: inout [UInt8]
    ) throws(QuantizationError) {
        if let index = outcome.firstNaN {
            codes.removeSubrange(start...)
            throw .notANumber(row: rowCount + index / dimension, dimension: index % dimension)
        }
        rowCount += values / dimension
        clippedCount += outcome.clippedCount
    }
}

extension Quantizer {
    /// Appends the codes of rows of a NumPy file: like NumPy, it computes float16 as float32, and float64 in double.
    ///
    /// Throws `dimensionMismatch` when the array has other dimensions, `unsupportedArray` for int8 and uint8, and the
    /// errors of `append(rows:to:)`.
    package mutating func append(
        rows: Range<Int>, of matrix: NumPyMatrix, in file: RawSpan, to codes: inout [UInt8]
    ) throws(QuantizationError) {
        guard matrix.columnCount == dimension else {
            throw .dimension("the array", is: matrix.columnCount, expected: dimension, by: "the quantizer expects")
        }
        if matrix.header.element == .float64 {
            let doubles = try QuantizationError.of { () throws(NumPyError) in try matrix.doubles(rows: rows, of: file) }
            try append(rows: doubles.span, to: &codes)
        } else {
            let floats = try QuantizationError.of { () throws(NumPyError) in try matrix.floats(rows: rows, of: file) }
            try append(rows: floats.span, to: &codes)
        }
    }
}

extension NumPyMatrix {
    /// Returns the header of the quantized array: the elements of the inner axis form a row of codes.
    package func quantizedHeader(_ precision: Precision) -> NumPyHeader {
        let outerAxes = header.shape.dropLast()
        // `bytesPerRow` does not fit here: an array without rows may name any number of columns.
        let packed = columnCount / 8 + (columnCount.isMultiple(of: 8) ? 0 : 1)
        return switch precision {
        case .float32: NumPyHeader(element: .float32, shape: outerAxes + [columnCount])
        case .int8: NumPyHeader(element: .int8, shape: outerAxes + [columnCount])
        case .uint8: NumPyHeader(element: .uint8, shape: outerAxes + [columnCount])
        case .binary: NumPyHeader(element: .int8, shape: outerAxes + [packed])
        case .ubinary: NumPyHeader(element: .uint8, shape: outerAxes + [packed])
        }
    }
}
