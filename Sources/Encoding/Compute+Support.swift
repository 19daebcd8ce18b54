import CKernels

extension Compute {
    /// Whether this machine can compute it, be it slowly.
    package var isSupported: Bool {
        switch self {
        case .float32: true
        case .bfloat16:
            MatrixEngine.multipliesNarrowInHardware || (try? MatrixEngine())?.supportsNarrow ?? false
        case .int8: MatrixEngine.multipliesBytesExactly
        }
    }

    /// The arithmetic of what a compute does not do with bytes: attention, and for int8 the product after GELU.
    var floating: Compute {
        guard self == .int8 else { return self }
        return MatrixEngine.multipliesNarrowInHardware && vectorspool_has_bfloat16() != 0 ? .bfloat16 : .float32
    }

    /// The computes of this machine.
    package static var supported: [Compute] { allCases.filter(\.isSupported) }
}
