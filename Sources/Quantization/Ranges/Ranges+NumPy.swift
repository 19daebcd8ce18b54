import NumPy

extension Ranges {
    /// Reads a NumPy file of shape (2, dimension) with the minima, then the maxima.
    ///
    /// float16 and float64 are converted to float32, as sentence-transformers 6.2 does.
    ///
    /// - Throws: `damagedArray` or `unsupportedArray` for the file, and the errors of `init(minima:maxima:)`.
    package init(numPyFile file: RawSpan) throws(QuantizationError) {
        let matrix = try QuantizationError.of { () throws(NumPyError) in try NumPyMatrix(file: file) }
        guard matrix.header.shape.count == 2, matrix.rowCount == 2 else {
            throw QuantizationError(
                .unsupportedArray,
                "ranges have shape (2, dimension), minima and maxima; this array has shape \(matrix.header.shapeText)")
        }
        let (minima, maxima) = try QuantizationError.of { () throws(NumPyError) in
            (try matrix.floats(rows: 0..<1, of: file), try matrix.floats(rows: 1..<2, of: file))
        }
        try self.init(minima: minima, maxima: maxima)
    }

    /// Returns the bytes that `numpy.save` writes for these ranges; `numpy.load` returns the `ranges=` of
    /// sentence-transformers.
    ///
    /// The fingerprint of ranges is the SHA-256 of these bytes.
    package func numPyFile() -> [UInt8] {
        var bytes = NumPyHeader(element: .float32, shape: [2, dimension]).serialized()
        for value in minima + maxima {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
            }
        }
        return bytes
    }
}
