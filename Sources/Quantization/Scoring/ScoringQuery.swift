/// A query prepared for scanning rows of codes, made once and shared by all threads.
///
/// Scores are doubles, which represent every integer score exactly; a uint8 dot product of 384 dimensions is already
/// too large for a float. Higher is better. Scores of integer precisions are equal on every CPU, and so are those of
/// float32, whose sums are always added in the same order.
///
/// | precision | `folded` | `sentence-transformers` |
/// |---|---|---|
/// | int8, uint8 | estimate of the float dot product | int32 dot product of the codes |
/// | binary, ubinary | cosine of the float query and the signs | minus the Hamming distance |
/// | float32 | dot product | dot product |
///
/// The float dot product is the cosine when the model normalizes its embeddings.
package struct ScoringQuery: Sendable {
    /// The form of the rows.
    package let precision: Precision
    /// How rows are scored.
    package let scorer: Scorer
    /// The number of dimensions of query and rows.
    package let dimension: Int
    /// The bytes of one row.
    package let bytesPerRow: Int

    let plan: ScoringPlan
    let kernels: ScanKernels

    /// Whether its rows are codes of a byte a dimension, so that a `RowSieve` can find them.
    var isOfCodes: Bool {
        if case .codes = plan { true } else { false }
    }

    /// Prepares a query embedding.
    ///
    /// - Throws: `notANumber` when the embedding has a NaN or an infinity, `dimensionMismatch` when the ranges have another dimension,
    ///   `missingRanges` when int8 or uint8 have none.
    package init(
        _ embedding: Span<Float>, precision: Precision, ranges: Ranges? = nil, scorer: Scorer = .folded,
        kernels: ScanKernels = .best
    ) throws(QuantizationError) {
        let query = try Self.checked(embedding)
        switch (scorer, precision) {
        case (.folded, .int8), (.folded, .uint8):
            let ranges = try ranges.checked(for: precision, dimension: query.count, of: "query")
            plan = .folded(query, ranges, precision: precision)
        case (.folded, .binary), (.folded, .ubinary):
            plan = .foldedSigns(query, precision: precision)
        case (.folded, .float32), (.sentenceTransformers, _):
            plan = try .sentenceTransformers(query, ranges, precision: precision)
        }
        self.precision = precision
        self.scorer = scorer
        self.dimension = query.count
        self.bytesPerRow = precision.bytesPerRow(dimension: query.count)
        self.kernels = kernels
    }

    /// Prepares a query embedding for rows of signs of precision ubinary, by four bits a dimension: coarse and faster, to find
    /// candidates.
    ///
    /// - Throws: `notANumber` when the embedding has a NaN or an infinity.
    package init(coarse embedding: Span<Float>, kernels: ScanKernels = .best) throws(QuantizationError) {
        let query = try Self.checked(embedding)
        plan = .coarseSigns(query)
        precision = .ubinary
        scorer = .folded
        dimension = query.count
        bytesPerRow = precision.bytesPerRow(dimension: query.count)
        self.kernels = kernels
    }

    private static func checked(_ embedding: Span<Float>) throws(QuantizationError) -> [Float] {
        try Ranges.checkDimension(embedding.count, of: "query")
        if let index = CalibrationKernel.firstNotFinite(in: embedding) {
            throw QuantizationError(
                .notANumber, "query, dimension \(index) is NaN or infinite: nothing can be compared with it",
                dimension: index)
        }
        return embedding.indices.map { embedding[$0] }
    }
}

/// A query as integers between -16,319 and 16,319, so scores are exact sums, the same on every CPU.
///
/// Two signed bytes of the form `128 * high + low` hold 15 bits. Measured on a million embeddings of all-MiniLM-L6-v2, rounding a
/// folded query to 15 bits exchanges two neighbours of the top 10 in 4 of 1,000 queries, while one signed byte changes 3.5 % of the
/// sets. So a search finds its rows by these weights, and ranks them by unrounded ones.
struct IntegerWeights: Sendable {
    static let limit = 16_319

    /// The weights, padded with zeros to a multiple of 64.
    let weights: [Int16]
    /// The same weights, split: `weight = 128 * high + low`.
    let high: [Int8]
    let low: [Int8]

    /// Takes integers within the limit.
    init(_ values: [Int]) {
        precondition(values.allSatisfy { abs($0) <= Self.limit }, "weights of 15 bits")
        let padded = values + Array(repeating: 0, count: (64 - values.count % 64) % 64)
        weights = padded.map { Int16($0) }
        // An arithmetic shift rounds down, so `low` is -64...63.
        high = padded.map { Int8(($0 + 64) >> 7) }
        low = padded.map { Int8($0 - (($0 + 64) >> 7) << 7) }
    }

    /// Rounds finite numbers to integers as finely as the limit allows; each number is `scale` times its integer.
    static func rounding(_ values: [Double]) -> (integers: [Int], scale: Double) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return (Array(repeating: 0, count: values.count), 1) }
        let scale = largest / Double(limit)
        return (values.map { min(max(Int(($0 / scale).rounded()), -limit), limit) }, scale)
    }
}
