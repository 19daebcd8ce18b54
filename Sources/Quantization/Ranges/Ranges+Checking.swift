extension Optional where Wrapped == Ranges {
    /// Returns the ranges that a scalar precision needs for `subject`, or says what is wrong with them.
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
