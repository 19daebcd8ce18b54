extension ScoringPlan {
    /// Compares the codes of the query with the codes of a row, as the indexes do that sentence-transformers fills.
    ///
    /// The exact integer dot product, or minus the Hamming distance.
    static func sentenceTransformers(
        _ query: [Float], _ ranges: Ranges?, precision: Precision
    ) throws(QuantizationError) -> ScoringPlan {
        var quantizer = try Quantizer(precision: precision, dimension: query.count, ranges: ranges)
        var codes: [UInt8] = []
        try quantizer.append(rows: query.span, to: &codes)
        switch precision {
        case .float32:
            return .floats(query)
        case .uint8:
            return .codes(IntegerWeights(codes.map { Int($0) }), flip: 0, scale: 1, offset: 0)
        case .int8:
            let values = codes.map { Int(Int8(bitPattern: $0)) }
            // The loop reads a code as c + 128, so 128 * sum of the query is too much.
            return .codes(
                IntegerWeights(values), flip: precision.flip, scale: 1, offset: -128 * Double(values.reduce(0, +)))
        case .binary, .ubinary:
            return .hamming(codes)
        }
    }
}
