/// Turns codes back into the values that they stand for.
///
/// An int8 or uint8 code stands for the middle of its bucket, as it does for the scorer `folded`; a sign for 1 or -1; float32 for itself.
package struct Dequantizer: Sendable {
    private let precision: Precision
    private let dimension: Int
    /// The value of code 0 of each dimension, in the middle of its bucket.
    private let lowest: [Double]
    /// What the next code adds to it; 0 for a constant dimension.
    private let steps: [Double]

    /// Prepares for rows of a dimension.
    ///
    /// - Throws: `missingRanges` when int8 or uint8 have none, `dimensionMismatch` when the ranges are of another dimension.
    package init(_ precision: Precision, dimension: Int, ranges: Ranges?) throws(QuantizationError) {
        try Ranges.checkDimension(dimension, of: "codes")
        self.precision = precision
        self.dimension = dimension
        guard precision.needsRanges else {
            (lowest, steps) = ([], [])
            return
        }
        let ranges = try ranges.checked(for: precision, dimension: dimension, of: "codes")
        let steps = (0..<dimension).map { ranges.isConstant($0) ? 0 : Double(ranges.steps[$0]) }
        lowest = (0..<dimension).map { Double(ranges.minima[$0]) + steps[$0] / 2 }
        self.steps = steps
    }

    /// The values of a row, of which `code` has all bytes.
    package func values(of code: [UInt8]) -> [Double] {
        precondition(code.count == precision.bytesPerRow(dimension: dimension), "the codes of one row")
        switch precision {
        case .float32:
            return (0..<dimension).map { place in
                let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(code[4 * place + $1]) << UInt32(8 * $1) }
                return Double(Float(bitPattern: bits))
            }
        case .int8, .uint8:
            return (0..<dimension).map { lowest[$0] + Double(code[$0] ^ precision.flip) * steps[$0] }
        case .binary, .ubinary:
            return (0..<dimension).map { place in
                let isPositive = (code[place / 8] ^ precision.flip) >> UInt8(7 - place % 8) & 1 == 1
                return isPositive ? 1 : -1
            }
        }
    }
}
