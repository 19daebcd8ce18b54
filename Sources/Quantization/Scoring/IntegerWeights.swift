/// A query as integers between -16,319 and 16,319, so that scores are exact sums, the same on every CPU.
///
/// 15 bits are what two signed bytes of the form `128 * high + low` hold. Measured on embeddings of all-MiniLM-L6-v2, rounding a folded
/// query to them changes no member and no order of the top 10, where one signed byte changes 3.5 % of the sets; scanning costs the same,
/// since memory is the limit.
struct IntegerWeights: Sendable {
    static let limit = 16_319

    /// The weights, padded with zeros to a multiple of 64.
    let weights: [Int16]
    /// The same, split: `weight = 128 * high + low`.
    let high: [Int8]
    let low: [Int8]

    /// Takes integers that are within the limit.
    init(_ values: [Int]) {
        precondition(values.allSatisfy { abs($0) <= Self.limit }, "weights of 15 bits")
        let padded = values + Array(repeating: 0, count: (64 - values.count % 64) % 64)
        weights = padded.map { Int16($0) }
        // An arithmetic shift rounds down, so that `low` is -64...63.
        high = padded.map { Int8(($0 + 64) >> 7) }
        low = padded.map { Int8($0 - (($0 + 64) >> 7) << 7) }
    }

    /// Rounds finite numbers to integers as fine as the limit allows; a number is `scale` times its integer.
    static func rounding(_ values: [Double]) -> (integers: [Int], scale: Double) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return (Array(repeating: 0, count: values.count), 1) }
        let scale = largest / Double(limit)
        return (values.map { min(max(Int(($0 / scale).rounded()), -limit), limit) }, scale)
    }
}
