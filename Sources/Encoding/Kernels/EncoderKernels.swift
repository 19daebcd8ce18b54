import CKernels

/// The C loops around the matrix products, chosen once for the processor that the program runs on.
enum EncoderKernels {
    /// The table in use.
    @safe nonisolated(unsafe) static let best: UnsafePointer<vectorspool_encoder_kernels> =
        unsafe vectorspool_encoder_kernels_best()

    /// The table's name, for logs and benchmarks.
    package static var name: String { unsafe String(cString: best.pointee.name) }
}
