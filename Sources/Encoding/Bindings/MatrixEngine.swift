import CMatrix

/// oneDNN's engine: the processor, from which products are compiled; one serves all threads.
@safe
final class MatrixEngine: @unchecked Sendable {
    let handle: OpaquePointer

    /// - Throws: `EncodingError` of code `.system`.
    init() throws(EncodingError) {
        var handle: OpaquePointer?
        let status = unsafe vectorspool_matrix_engine_create(&handle)
        guard let handle = unsafe handle else { throw .oneDNN("create its engine", status) }
        unsafe self.handle = handle
    }

    deinit { unsafe vectorspool_matrix_engine_destroy(handle) }

    /// oneDNN's version and the instructions that it uses.
    var name: String { unsafe String(cString: vectorspool_matrix_engine_name(handle)) }

    /// Whether products of bfloat16 are computed with the processor's instructions for them.
    static var multipliesNarrowInHardware: Bool { vectorspool_matrix_is_native(vectorspool_matrix_bfloat16) != 0 }

    /// Whether products of bytes are computed with the processor's instructions for them, without which they overflow.
    static var multipliesBytesExactly: Bool { vectorspool_matrix_is_native(vectorspool_matrix_int8) != 0 }

    /// Whether products of bfloat16 can be compiled, be they slow.
    var supportsNarrow: Bool {
        unsafe vectorspool_matrix_engine_compiles(handle, vectorspool_matrix_bfloat16) != 0
    }
}

extension EncodingError {
    /// A failed oneDNN call.
    static func oneDNN(_ operation: String, _ status: Int32) -> EncodingError {
        EncodingError(.system, "oneDNN cannot \(operation) (status \(status))")
    }
}
