/// A query as small integers between -8 and 7, in planes of bits, to be compared with rows of signs by counting bits.
///
/// Four bits a dimension are enough for a query that is compared with one bit: the error of the rows' signs is many times larger
/// (RaBitQ, Gao and Long 2024, section 3.3.1).
struct SmallWeights: Sendable {
    /// The planes of the values 1, 2, 4 and -8 of all weights, each of them four times in succession.
    let planes: [UInt8]

    /// Takes weights in the order of bits within bytes: entry `8 * byte + b` belongs to the bit of value `1 << b`.
    init(_ weights: [Int]) {
        precondition(
            weights.allSatisfy { (-8...7).contains($0) } && weights.count.isMultiple(of: 8), "weights of 4 bits")
        var planes: [UInt8] = []
        for bit in 0..<4 {
            var plane = [UInt8](repeating: 0, count: weights.count / 8)
            for (place, weight) in weights.enumerated() where weight >> bit & 1 == 1 {
                plane[place / 8] |= 1 << (place % 8)
            }
            for _ in 0..<4 { planes += plane }
        }
        self.planes = planes
    }

    /// Rounds finite numbers to integers between -8 and 7; each number is about `scale` times its integer.
    ///
    /// The scale is the one of ten with the least squared error: a few large numbers that are cut off cost less than steps that are
    /// wide enough for them.
    static func rounding(_ values: [Double]) -> (integers: [Int], scale: Double) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return (Array(repeating: 0, count: values.count), 1) }
        var best = (integers: [Int](), scale: 1.0, error: Double.infinity)
        for divisor in 7...16 {
            let scale = largest / Double(divisor)
            let integers = values.map { min(max(Int(($0 / scale).rounded()), -8), 7) }
            let error = zip(values, integers).reduce(0) { sum, pair in
                let difference = pair.0 - scale * Double(pair.1)
                return sum + difference * difference
            }
            if error < best.error { best = (integers, scale, error) }
        }
        return (best.integers, best.scale)
    }
}

extension ScoringPlan {
    /// Compares a coarse form of the query with signs, highest bit first.
    static func coarseSigns(_ query: [Float]) -> ScoringPlan {
        let (integers, scale) = SmallWeights.rounding(query.map { Double($0) })
        let count = Precision.ubinary.bytesPerRow(dimension: query.count) * 8
        let ordered = (0..<count).map { place in
            let dimension = place / 8 * 8 + 7 - place % 8
            return dimension < integers.count ? integers[dimension] : 0
        }
        let length = Double(query.count).squareRoot()
        return .planes(
            SmallWeights(ordered), scale: 2 * scale / length, offset: -Double(ordered.reduce(0, +)) * scale / length)
    }
}
