/// The computation of a scan for each row, with one loop in C per case.
enum ScoringPlan: Sendable {
    /// `scale * sum of (code ^ flip) * weight + offset`, for int8 and uint8, and where weights are rounded, `unrounded` in the place
    /// of `scale * weight`.
    case codes(IntegerWeights, flip: UInt8, scale: Double, offset: Double, unrounded: [Double]?)
    /// `scale * sum of the weights of set bits + offset`, for binary and ubinary, with weights in the order of bits
    /// within bytes.
    case signs(IntegerWeights, scale: Double, offset: Double)
    /// `scale * sum of the small numbers of set bits + offset`, for ubinary; see `SmallWeights`.
    case planes(SmallWeights, scale: Double, offset: Double)
    /// The negated number of different bits, for binary and ubinary.
    case hamming([UInt8])
    /// The dot product in float32.
    case floats([Float])

    /// The same sum without scale and offset.
    var unscaled: ScoringPlan {
        switch self {
        case .codes(let weights, let flip, _, _, _): .codes(weights, flip: flip, scale: 1, offset: 0, unrounded: nil)
        case .signs(let weights, _, _): .signs(weights, scale: 1, offset: 0)
        case .planes(let weights, _, _): .planes(weights, scale: 1, offset: 0)
        case .hamming, .floats: self
        }
    }
}

/// How a query is compared with stored codes; the raw values are the words of `--scorer`.
package enum Scorer: String, CaseIterable, Codable, Sendable {
    /// The dot product of the float query and the values of the codes, with each dimension's step folded into the
    /// query.
    ///
    /// It costs no more than comparing codes and ranks like the float embeddings: on eight judged collections, 99.1 %
    /// of the top 10 are the same. Sign codes are compared with the float query instead of its signs.
    case folded
    /// The score of sentence-transformers, faiss and usearch.
    ///
    /// It is the integer dot product of two code vectors, or the Hamming distance of two sign vectors, and ignores each
    /// dimension's step and offset.
    case sentenceTransformers = "sentence-transformers"
}

extension ScoringPlan {
    /// Folds each dimension's step into the query, so its dot product with the codes equals that with the coded values.
    ///
    /// A code `c` represents `minimum + (c + 0.5) * step`, the middle of its bucket. Hence `sum q * value = sum (q *
    /// step) * c + sum q * (minimum + step / 2)`: integer weights, a scale and an offset. A constant dimension has no
    /// step; its 1 is a placeholder, so it gets weight 0 and `q * minimum` in the offset.
    static func folded(_ query: [Float], _ ranges: Ranges, precision: Precision) -> ScoringPlan {
        var weights: [Double] = []
        weights.reserveCapacity(query.count)
        var offset = 0.0
        for index in query.indices {
            let component = Double(query[index])
            let step = ranges.isConstant(index) ? 0 : Double(ranges.steps[index])
            weights.append(component * step)
            offset += component * (Double(ranges.minima[index]) + step / 2)
        }
        let (integers, scale) = IntegerWeights.rounding(weights)
        return .codes(
            IntegerWeights(integers), flip: precision.flip, scale: scale, offset: offset, unrounded: weights)
    }

    /// Compares the float query with signs, +1 or -1: the cosine of a query of length 1 and the vector of signs.
    static func foldedSigns(_ query: [Float], precision: Precision) -> ScoringPlan {
        let (integers, scale) = IntegerWeights.rounding(query.map { Double($0) })
        // The weights are in the order of the loop: dimension 0 is the highest bit of byte 0. Binary stores the highest
        // bit inverted, so its weight counts in reverse.
        let byteCount = Precision.ubinary.bytesPerRow(dimension: query.count)
        let ordered = (0..<byteCount * 8).map { place in
            let bit = 7 - place % 8
            let dimension = place / 8 * 8 + bit
            guard dimension < integers.count else { return 0 }
            return bit == 0 && precision.flip != 0 ? -integers[dimension] : integers[dimension]
        }
        // The sum of weight * (2 * bit - 1), divided by the length of a vector of signs.
        let length = Double(query.count).squareRoot()
        return .signs(
            IntegerWeights(ordered), scale: 2 * scale / length,
            offset: -Double(ordered.reduce(0, +)) * scale / length)
    }
}

extension ScoringPlan {
    /// Compares the codes of the query with the codes of a row, like the indexes that sentence-transformers fills.
    ///
    /// The score is the exact integer dot product, or the negated Hamming distance.
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
            return .codes(IntegerWeights(codes.map { Int($0) }), flip: 0, scale: 1, offset: 0, unrounded: nil)
        case .int8:
            let values = codes.map { Int(Int8(bitPattern: $0)) }
            // The loop reads a code as c + 128, which adds 128 * the sum of the query.
            return .codes(
                IntegerWeights(values), flip: precision.flip, scale: 1, offset: -128 * Double(values.reduce(0, +)),
                unrounded: nil)
        case .binary, .ubinary:
            return .hamming(codes)
        }
    }
}
