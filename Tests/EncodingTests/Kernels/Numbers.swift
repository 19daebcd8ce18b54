/// A seeded stream of numbers, and the conversions that the kernels make.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next(in range: ClosedRange<Float>) -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Float(state >> 40) / Float(1 << 24) * (range.upperBound - range.lowerBound)
    }

    /// Round to nearest, ties to even.
    static func bfloat16(_ value: Float) -> UInt16 {
        UInt16(truncatingIfNeeded: (value.bitPattern + 0x7fff + (value.bitPattern >> 16 & 1)) >> 16)
    }

    static func float(_ value: UInt16) -> Float { Float(bitPattern: UInt32(value) << 16) }
}
