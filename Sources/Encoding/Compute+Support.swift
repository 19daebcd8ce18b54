extension Compute {
    /// Whether this machine can compute it, be it slowly.
    package var isSupported: Bool {
        guard self == .bfloat16, !MatrixEngine.multipliesNarrowInHardware else { return true }
        return (try? MatrixEngine())?.supportsNarrow ?? false
    }

    /// The computes of this machine.
    package static var supported: [Compute] { allCases.filter(\.isSupported) }
}
