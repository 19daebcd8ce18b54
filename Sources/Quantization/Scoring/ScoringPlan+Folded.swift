extension ScoringPlan {
    /// Folds each dimension's step into the query, so that the dot product with the codes is that with the values they stand for.
    ///
    /// A code `c` stands for `minimum + (c + 0.5) * step`, the middle of its bucket, hence
    /// `sum q * value = sum (q * step) * c + sum q * (minimum + step / 2)`: integer weights, a scale and an offset.
    /// A constant dimension has no step, its 1 is a placeholder: weight 0, and `q * minimum` in the offset.
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
        return .codes(IntegerWeights(integers), flip: precision.flip, scale: scale, offset: offset)
    }

    /// Compares the float query with signs, +1 or -1: the cosine of a query of length 1 and the vector of signs.
    static func foldedSigns(_ query: [Float], precision: Precision) -> ScoringPlan {
        let (integers, scale) = IntegerWeights.rounding(query.map { Double($0) })
        // Where the loop meets them: dimension 0 is the highest bit of byte 0, and binary stores the highest bit inverted, so that
        // its weight counts the other way round.
        let byteCount = Precision.ubinary.bytesPerRow(dimension: query.count)
        let ordered = (0..<byteCount * 8).map { place in
            let bit = 7 - place % 8
            let dimension = place / 8 * 8 + bit
            guard dimension < integers.count else { return 0 }
            return bit == 0 && precision.flip != 0 ? -integers[dimension] : integers[dimension]
        }
        // sum of weight * (2 * bit - 1), by the length of a vector of signs.
        let length = Double(query.count).squareRoot()
        return .signs(
            IntegerWeights(ordered), scale: 2 * scale / length,
            offset: -Double(ordered.reduce(0, +)) * scale / length)
    }
}
