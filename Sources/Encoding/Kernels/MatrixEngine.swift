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

/// oneDNN's queue of one worker thread, which also keeps that thread's products single-threaded.
@safe
final class MatrixStream {
    let handle: dnnl_stream_t
    let engine: MatrixEngine

    /// Must be called on the thread that will use it: the number of OpenMP threads belongs to the calling thread.
    init(_ engine: MatrixEngine) throws(EncodingError) {
        vectorspool_dnn_single_threaded()
        var stream: dnnl_stream_t?
        let status = unsafe dnnl_stream_create(&stream, engine.handle, UInt32(dnnl_stream_default_flags.rawValue))
        guard status == dnnl_success, let stream = unsafe stream else { throw .oneDNN("create a stream", status) }
        unsafe handle = stream
        self.engine = engine
    }

    deinit { _ = unsafe dnnl_stream_destroy(handle) }
}
