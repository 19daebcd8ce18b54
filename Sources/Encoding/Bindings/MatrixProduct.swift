import CMatrix

/// A compiled product `destination[rows][columns] = source[rows][depth] * weights[depth][columns] + bias`; products of
/// int8 are sums without bias.
///
/// oneDNN 2.6 has its fast kernels only for numbers of rows that are known when it compiles, so there is one of these for
/// each row bucket. Not to be shared between threads: it holds the argument slots of the call.
@safe
final class MatrixProduct {
    /// What a product's results are.
    enum Destination: Hashable {
        case float32
        case bfloat16
        /// Sums, of products of int8 only.
        case int32

        var matrixElement: vectorspool_matrix_element {
            switch self {
            case .float32: vectorspool_matrix_float32
            case .bfloat16: vectorspool_matrix_bfloat16
            case .int32: vectorspool_matrix_int32
            }
        }
    }

    /// What a product is compiled for.
    struct Shape: Hashable {
        let rows: Int
        let depth: Int
        let columns: Int
        /// What source and weights are; for int8, unsigned and signed bytes.
        let compute: Compute
        let destination: Destination
    }

    private let handle: OpaquePointer
    // The product runs on it.
    private let stream: MatrixStream
    /// Bytes of scratch that a call needs.
    let scratchByteCount: Int

    /// Compiles the product in some milliseconds.
    ///
    /// `layout` is that of the weights it will be given; left to itself, oneDNN may choose another one for each number
    /// of rows. Throws `EncodingError` of code `.system`.
    init(_ shape: Shape, reading layout: MatrixLayout, on stream: MatrixStream) throws(EncodingError) {
        var handle: OpaquePointer?
        var scratchByteCount = 0
        var compiled = vectorspool_matrix_shape(
            rows: shape.rows, depth: shape.depth, columns: shape.columns, element: shape.compute.matrixElement,
            destination: shape.destination.matrixElement)
        let status = unsafe vectorspool_matrix_product_create(
            &handle, stream.handle, &compiled, layout.handle, &scratchByteCount)
        guard let handle = unsafe handle else { throw .oneDNN("compile a product of \(shape)", status) }
        unsafe self.handle = handle
        self.stream = stream
        self.scratchByteCount = scratchByteCount
    }

    deinit { unsafe vectorspool_matrix_product_destroy(handle) }

    /// Computes; all memory is the caller's.
    func callAsFunction(
        _ source: UnsafeRawPointer, _ linear: PackedLinear, _ destination: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) throws(EncodingError) {
        let status = unsafe vectorspool_matrix_product_execute(
            handle, source, linear.weights.start, linear.bias.elements(Float.self), destination, scratch)
        guard status == 0 else { throw .oneDNN("multiply", status) }
    }
}
