/// What a scan computes for each row: one loop in C per case.
enum ScoringPlan: Sendable {
    /// `scale * sum of (code ^ flip) * weight + offset`, for int8 and uint8.
    case codes(IntegerWeights, flip: UInt8, scale: Double, offset: Double)
    /// `scale * sum of the weights of set bits + offset`, for binary and ubinary; weights in the order of bits within bytes.
    case signs(IntegerWeights, scale: Double, offset: Double)
    /// Minus the number of bits that differ, for binary and ubinary.
    case hamming([UInt8])
    /// The dot product in float32.
    case floats([Float])

    /// The same sum without scale and offset.
    var unscaled: ScoringPlan {
        switch self {
        case .codes(let weights, let flip, _, _): .codes(weights, flip: flip, scale: 1, offset: 0)
        case .signs(let weights, _, _): .signs(weights, scale: 1, offset: 0)
        case .hamming, .floats: self
        }
    }
}
