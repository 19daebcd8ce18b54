import COneDNN

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
