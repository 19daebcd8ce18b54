import COneDNN

/// A compiled product `destination[rows][columns] = source[rows][depth] * weights[depth][columns] + bias`.
///
/// oneDNN 2.6 has its fast kernels only for numbers of rows that are known when it compiles, so there is one of these for
/// each row bucket. Not to be shared between threads: it holds the argument slots of the call.
@safe
final class MatrixProduct {
    /// What a product is compiled for.
    struct Shape: Hashable {
        let rows: Int
        let depth: Int
        let columns: Int
        /// Whether source and weights are bfloat16; else float32.
        let isNarrow: Bool
        /// Whether the destination is bfloat16; else float32.
        let hasNarrowDestination: Bool
    }

    private var product: vectorspool_dnn_product
    private let stream: MatrixStream
    let shape: Shape

    /// Compiles it; some milliseconds.
    ///
    /// - Parameter linear: weights in the layout to be read; nil lets oneDNN choose the layout to pack weights into. It may choose
    ///   another one for another number of rows, so a product of packed weights is always compiled for theirs.
    /// - Throws: `EncodingError` of code `.system`.
    init(_ shape: Shape, reading linear: PackedLinear? = nil, on stream: MatrixStream) throws(EncodingError) {
        self.shape = shape
        self.stream = stream
        unsafe product = vectorspool_dnn_product()
        let status = unsafe vectorspool_dnn_product_create(
            stream.engine.handle, &product, shape.rows, shape.depth, shape.columns,
            shape.isNarrow ? vectorspool_dnn_bfloat16 : vectorspool_dnn_float32,
            shape.hasNarrowDestination ? vectorspool_dnn_bfloat16 : vectorspool_dnn_float32, linear?.layout)
        guard status == dnnl_success else { throw .oneDNN("compile a product of \(shape)", status) }
    }

    deinit { unsafe vectorspool_dnn_product_destroy(&product) }

    /// Bytes that the weights take in the layout of this product.
    var weightsByteCount: Int { unsafe product.weights_bytes }

    /// Bytes of scratch that a call needs.
    var scratchByteCount: Int { unsafe product.scratchpad_bytes }

    /// Packs a Linear layer's floats, row-major `[columns][depth]`, into this product's layout, which ends with this call:
    /// the product hands its description of the layout over and is of no further use.
    consuming func pack(_ linear: AlignedMemory, bias: AlignedMemory) throws(EncodingError) -> PackedLinear {
        let packed = try AlignedMemory(byteCount: weightsByteCount)
        let status = unsafe vectorspool_dnn_product_pack(
            &product, stream.engine.handle, stream.handle, shape.depth, shape.columns, linear.elements(Float.self),
            packed.start)
        guard status == dnnl_success, let layout = unsafe product.weights else { throw .oneDNN("pack weights", status) }
        unsafe product.weights = nil
        return unsafe PackedLinear(
            depth: shape.depth, columns: shape.columns, weights: packed, bias: bias, adopting: layout)
    }

    /// Computes; all memory is the caller's.
    func callAsFunction(
        _ source: UnsafeRawPointer, _ linear: PackedLinear, _ destination: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) throws(EncodingError) {
        let status = unsafe vectorspool_dnn_product_execute(
            &product, stream.handle, source, linear.weights.start, linear.bias.elements(Float.self), destination,
            scratch)
        guard status == dnnl_success else { throw .oneDNN("multiply", status) }
    }
}
