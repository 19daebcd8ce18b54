extension Quantizer {
    /// Appends the codes of rows of a NumPy file: float16 computed as float32, float64 in double, as NumPy does.
    ///
    /// - Throws: `dimensionMismatch` when the array has other dimensions, `unsupportedArray` for int8 and uint8, and what
    ///   `append(rows:to:)` throws.
    package mutating func append(
        rows: Range<Int>, of matrix: NumPyMatrix, in file: RawSpan, to codes: inout [UInt8]
    ) throws(QuantizationError) {
        guard matrix.columnCount == dimension else {
            throw .dimension("the array", is: matrix.columnCount, expected: dimension, by: "the quantizer expects")
        }
        if matrix.header.element == .float64 {
            let doubles = try matrix.doubles(rows: rows, of: file)
            try append(rows: doubles.span, to: &codes)
        } else {
            let floats = try matrix.floats(rows: rows, of: file)
            try append(rows: floats.span, to: &codes)
        }
    }
}
