import COneDNN

/// oneDNN's engine: the processor, from which products are compiled; one serves all threads.
@safe
final class MatrixEngine: @unchecked Sendable {
    let handle: dnnl_engine_t

    /// - Throws: `EncodingError` of code `.system`.
    init() throws(EncodingError) {
        var engine: dnnl_engine_t?
        let status = unsafe dnnl_engine_create(&engine, dnnl_cpu, 0)
        guard status == dnnl_success, let engine = unsafe engine else { throw .oneDNN("create its engine", status) }
        unsafe handle = engine
    }

    deinit { _ = unsafe dnnl_engine_destroy(handle) }

    /// Whether products of bfloat16 are computed with the processor's instructions for them.
    static var multipliesNarrowInHardware: Bool { vectorspool_dnn_has_bfloat16() != 0 }

    /// Whether products of bytes are computed with the processor's instructions for them, without which they overflow.
    static var multipliesBytesExactly: Bool { vectorspool_dnn_has_int8() != 0 }

    /// Whether products of bfloat16 can be compiled, be they slow.
    var supportsNarrow: Bool { unsafe vectorspool_dnn_supports(handle, vectorspool_dnn_bfloat16) != 0 }
}

extension EncodingError {
    /// A failed oneDNN call.
    static func oneDNN(_ operation: String, _ status: dnnl_status_t) -> EncodingError {
        EncodingError(.system, "oneDNN cannot \(operation) (status \(status.rawValue))")
    }
}
