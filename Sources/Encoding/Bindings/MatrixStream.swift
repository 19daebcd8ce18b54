import CMatrix

/// oneDNN's queue of one worker thread, which also keeps that thread's products single-threaded.
@safe
final class MatrixStream {
    let handle: OpaquePointer
    // The stream refers to it.
    private let engine: MatrixEngine

    /// Must be called on the thread that will use it: the number of OpenMP threads belongs to the calling thread.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    init(_ engine: MatrixEngine) throws(EncodingError) {
        var handle: OpaquePointer?
        let status = unsafe vectorspool_matrix_stream_create(&handle, engine.handle)
        guard let handle = unsafe handle else { throw .oneDNN("create a stream", status) }
        unsafe self.handle = handle
        self.engine = engine
    }

    deinit { unsafe vectorspool_matrix_stream_destroy(handle) }
}
