import Platform

/// A NumPy file as rows of numbers, read a few rows at a time.
///
/// It holds no bytes: each call receives the mapped file and copies only the requested rows.
package struct NumPyMatrix: Equatable, Sendable {
    /// The element type and shape in the file.
    package let header: NumPyHeader
    /// The length of the outer axis, or 1 for an array with one axis.
    package let rowCount: Int
    /// The length of the inner axis.
    package let columnCount: Int
    /// The offset of the first element.
    package let dataOffset: Int

    /// Parses the header and checks that all elements are present.
    ///
    /// - Throws: the errors of `NumPyHeader.parse`; `unsupported` unless the array has one or two axes; `damaged` when
    ///   the file is shorter than its shape requires.
    package init(file: RawSpan) throws(NumPyError) {
        let (header, dataOffset) = try NumPyHeader.parse(file)
        guard let columnCount = header.shape.last, header.shape.count <= 2 else {
            throw NumPyError(
                .unsupported, "the array has shape \(header.shapeText); embeddings have shape (rows, dimension)")
        }
        guard let byteCount = header.byteCount, byteCount <= file.byteCount - dataOffset else {
            throw NumPyHeader.damaged(
                "its shape \(header.shapeText) needs more bytes than the \(file.byteCount - dataOffset) after the header"
            )
        }
        self.header = header
        self.rowCount = header.shape.count == 2 ? header.shape[0] : 1
        self.columnCount = columnCount
        self.dataOffset = dataOffset
    }

    /// Returns rows as floats: float16 widened exactly, float64 narrowed to the nearest float.
    ///
    /// - Throws: `unsupported` for int8 and uint8, which are codes and not embeddings.
    package func floats(rows: Range<Int>, of file: RawSpan) throws(NumPyError) -> [Float] {
        switch header.element {
        case .float16: file.copiedHalves(elements(rows), from: dataOffset)
        case .float32: file.copiedFloats(elements(rows), from: dataOffset)
        case .float64: file.copiedDoubles(elements(rows), from: dataOffset).map { Float($0) }
        case .int8, .uint8: throw alreadyQuantized
        }
    }

    /// Returns the rows of a float64 array.
    ///
    /// - Throws: `unsupported` for other element types.
    package func doubles(rows: Range<Int>, of file: RawSpan) throws(NumPyError) -> [Double] {
        guard header.element == .float64 else {
            throw NumPyError(.unsupported, "the array holds '\(header.element.rawValue)', not '<f8'")
        }
        return file.copiedDoubles(elements(rows), from: dataOffset)
    }

    private func elements(_ rows: Range<Int>) -> Range<Int> {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows beyond the array")
        return rows.lowerBound * columnCount..<rows.upperBound * columnCount
    }

    private var alreadyQuantized: NumPyError {
        NumPyError(
            .unsupported,
            "the array holds '\(header.element.rawValue)'. "
                + "Embeddings to quantize are float16, float32 or float64, not codes")
    }
}
