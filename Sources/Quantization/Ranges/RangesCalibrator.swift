/// Finds ranges in a stream of embeddings, the extremes of each dimension, in constant memory.
package struct RangesCalibrator: Sendable {
    /// The number of dimensions of every embedding.
    package let dimension: Int
    /// The number of embeddings so far.
    package private(set) var count = 0

    private var minima: [Float]
    private var maxima: [Float]

    /// Starts without embeddings.
    ///
    /// - Throws: `dimensionMismatch` for a dimension that is 0 or too large.
    package init(dimension: Int) throws(QuantizationError) {
        try Ranges.checkDimension(dimension, of: "embeddings")
        self.dimension = dimension
        minima = Array(repeating: .infinity, count: dimension)
        maxima = Array(repeating: -.infinity, count: dimension)
    }

    /// Adds whole embeddings, which follow one another in `rows`; adds none of them when it throws.
    ///
    /// - Throws: `notANumber` with row and dimension of the first NaN or infinity, `dimensionMismatch` for a part of a row.
    package mutating func add(rows: Span<Float>) throws(QuantizationError) {
        guard rows.count.isMultiple(of: dimension) else {
            throw .partialRow(values: rows.count, dimension: dimension)
        }
        if let index = CalibrationKernel.firstNotFinite(in: rows) {
            throw .notFinite(row: count + index / dimension, dimension: index % dimension)
        }
        CalibrationKernel.widen(minima: &minima, maxima: &maxima, with: rows)
        count += rows.count / dimension
    }

    /// Adds the embeddings of another calibrator, as if they came after ours.
    ///
    /// - Throws: `dimensionMismatch` when it has other dimensions.
    package mutating func merge(_ other: RangesCalibrator) throws(QuantizationError) {
        guard other.dimension == dimension else {
            throw .dimension("the other calibrator", is: other.dimension, expected: dimension, by: "this one has")
        }
        guard other.count > 0 else { return }
        CalibrationKernel.widen(minima: &minima, maxima: &maxima, with: other.minima.span)
        CalibrationKernel.widen(minima: &minima, maxima: &maxima, with: other.maxima.span)
        count += other.count
    }

    /// Returns the ranges, each widened by the share `margin` of itself, half below the minimum and half above the
    /// maximum.
    ///
    /// With a margin of 0.1, values from 0 to 1 get a range from -0.05 to 1.05. With 0, ranges equal those of
    /// sentence-transformers, NumPy's `min` and `max` of the same embeddings, bit for bit. A constant dimension stays
    /// constant.
    ///
    /// - Throws: `tooFewEmbeddings` for fewer than two (one embedding has no range), `invalidMargin`, and `invalidRanges`
    ///   where a range is wider than float32 can hold.
    package func ranges(margin: Double = 0) throws(QuantizationError) -> Ranges {
        guard count >= 2 else {
            throw QuantizationError(
                .tooFewEmbeddings,
                "ranges cannot be computed from \(count == 1 ? "a single embedding" : "no embeddings"). "
                    + "Calibrate with at least a thousand passages")
        }
        guard margin.isFinite, margin >= 0 else {
            throw QuantizationError(
                .invalidMargin, "margin \(margin): give a share of the range of at least 0, such as 0.1")
        }
        guard margin > 0 else { return try Ranges(minima: minima, maxima: maxima) }
        let added = zip(minima, maxima).map { (Double($1) - Double($0)) * margin / 2 }
        return try Ranges(
            minima: zip(minima, added).map { Float(Double($0) - $1) },
            maxima: zip(maxima, added).map { Float(Double($0) + $1) })
    }
}
