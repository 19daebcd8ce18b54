/// The smallest and largest expected value of each dimension, which give scalar codes their meaning.
///
/// They are the `ranges` of sentence-transformers' `quantize_embeddings`: a float32 array of shape (2, dimension) with
/// the minima in row 0 and the maxima in row 1. An index never changes its ranges.
package struct Ranges: Equatable, Sendable {
    /// Row 0: the start of each dimension's first bucket.
    package let minima: [Float]
    /// Row 1: the end of each dimension's last bucket.
    package let maxima: [Float]
    /// The bucket widths: a 255th of the range in float32, or 1 where that is zero, as in sentence-transformers.
    package let steps: [Float]

    /// The number of dimensions.
    package var dimension: Int {
        minima.count
    }

    /// Checks and stores minima and maxima.
    ///
    /// It refuses reversed and NaN ranges, which sentence-transformers accepts and turns into meaningless codes.
    ///
    /// - Throws: `invalidRanges` for reversed, NaN, infinite or too wide ranges, naming the dimension; `dimensionMismatch`
    ///   when the two rows differ in length, are empty or longer than `Precision.maximumDimension`.
    package init(minima: [Float], maxima: [Float]) throws(QuantizationError) {
        guard minima.count == maxima.count else {
            throw .dimension("the row of maxima", is: maxima.count, expected: minima.count, by: "the row of minima has")
        }
        try Self.checkDimension(minima.count, of: "ranges")
        var steps: [Float] = []
        steps.reserveCapacity(minima.count)
        for index in minima.indices {
            let step = try Self.step(from: minima[index], to: maxima[index], dimension: index)
            steps.append(step == 0 ? 1 : step)
        }
        self.minima = minima
        self.maxima = maxima
        self.steps = steps
    }

    /// Whether a dimension has only one value: its range is zero, or so small that a 255th of it is zero.
    ///
    /// Its step of 1 is then a placeholder and must not count in a score.
    package func isConstant(_ dimension: Int) -> Bool {
        (maxima[dimension] - minima[dimension]) / 255 == 0
    }

    static func checkDimension(_ dimension: Int, of subject: String) throws(QuantizationError) {
        guard (1...Precision.maximumDimension).contains(dimension) else {
            throw QuantizationError(
                .dimensionMismatch,
                "\(subject): dimension \(dimension) is not between 1 and \(Precision.maximumDimension)")
        }
    }

    private static func step(
        from minimum: Float, to maximum: Float, dimension: Int
    ) throws(QuantizationError) -> Float {
        let place = "ranges, dimension \(dimension): minimum \(minimum), maximum \(maximum)"
        guard minimum.isFinite, maximum.isFinite else {
            throw QuantizationError(
                .invalidRanges, "\(place): not a finite number. Calibrate again", dimension: dimension)
        }
        guard minimum <= maximum else {
            throw QuantizationError(
                .invalidRanges, "\(place): reversed. Row 0 holds the minima, row 1 the maxima", dimension: dimension)
        }
        let step = (maximum - minimum) / 255
        guard step.isFinite else {
            throw QuantizationError(
                .invalidRanges, "\(place): the range is wider than a float32 can hold", dimension: dimension)
        }
        return step
    }
}

extension Optional where Wrapped == Ranges {
    /// Returns the ranges if they suit the precision and `subject`, or throws what is wrong with them.
    func checked(
        for precision: Precision, dimension: Int, of subject: String
    ) throws(QuantizationError) -> Ranges {
        guard let ranges = self else {
            throw QuantizationError(
                .missingRanges, "precision \(precision.rawValue) needs ranges. Make them with vectorspool calibrate")
        }
        guard ranges.dimension == dimension else {
            throw .dimension(subject, is: dimension, expected: ranges.dimension, by: "the ranges have")
        }
        return ranges
    }
}

extension Ranges {
    /// The dimensions without information, whose range is zero or less than a millionth of the median range.
    ///
    /// all-MiniLM-L6-v2 has three, 127, 223 and 319, which contain noise of about 1e-33. Their codes are as random as
    /// the noise; a scorer that uses the step gives them no weight.
    package var deadDimensions: [Int] {
        let extents = zip(minima, maxima).map { Double($1) - Double($0) }
        let ascending = extents.sorted()
        let middle = ascending.count / 2
        let median = ascending.count % 2 == 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2
        return extents.indices.filter { extents[$0] == 0 || extents[$0] < 1e-6 * median }
    }
}
