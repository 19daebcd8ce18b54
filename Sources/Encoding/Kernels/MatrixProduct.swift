import COneDNN

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

        var matrixType: vectorspool_dnn_type {
            switch self {
            case .float32: vectorspool_dnn_float32
            case .bfloat16: vectorspool_dnn_bfloat16
            case .int32: vectorspool_dnn_int32
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

    private var product: vectorspool_dnn_product
    private let stream: MatrixStream
    let shape: Shape

    /// Compiles it; some milliseconds.
    ///
    /// - Parameter layout: how the weights lie that it will be given; oneDNN left to itself may choose another one for each number
    ///   of rows.
    /// - Throws: `EncodingError` of code `.system`.
    init(_ shape: Shape, reading layout: MatrixLayout, on stream: MatrixStream) throws(EncodingError) {
        self.shape = shape
        self.stream = stream
        unsafe product = vectorspool_dnn_product()
        let status = unsafe vectorspool_dnn_product_create(
            stream.engine.handle, &product, shape.rows, shape.depth, shape.columns, shape.compute.matrixType,
            shape.destination.matrixType, layout.description)
        guard status == dnnl_success else { throw .oneDNN("compile a product of \(shape)", status) }
    }

    deinit { unsafe vectorspool_dnn_product_destroy(&product) }

    /// Bytes of scratch that a call needs.
    var scratchByteCount: Int { unsafe product.scratchpad_bytes }

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

extension Compute {
    /// oneDNN's word for what is multiplied.
    var matrixType: vectorspool_dnn_type {
        switch self {
        case .float32: vectorspool_dnn_float32
        case .bfloat16: vectorspool_dnn_bfloat16
        case .int8: vectorspool_dnn_int8
        }
    }
}
