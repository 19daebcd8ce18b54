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

    /// The computes of this machine.
    package static var supported: [Compute] { allCases.filter(\.isSupported) }
}
