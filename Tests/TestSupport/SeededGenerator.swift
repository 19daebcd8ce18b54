/// Reproducible random numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014).
///
/// A property test interpolates the generator into the message of each expectation, so a failure shows the seed that
/// repeats the run.
package struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible, Sendable {
    /// The seed of the sequence.
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Returns a float of the standard normal distribution (Box and Muller, 1958, without the trigonometry: the sum of 12 uniform numbers).
    package mutating func nextNormal() -> Float {
        (0..<12).reduce(-6) { sum, _ in sum + Float.random(in: 0..<1, using: &self) }
    }

    package var description: String {
        "seed \(seed)"
    }
}
