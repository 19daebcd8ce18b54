import CMatrix

/// How oneDNN wants the weights of one shape of product to lie in memory.
///
/// Asked for without compiling anything, so that it is known before weights are packed, and whether weights that were packed
/// earlier still fit.
@safe
final class MatrixLayout: @unchecked Sendable {
    /// More numbers than a layout of two dimensions has.
    private static let mostNumbers = 128

    let compute: Compute
    let depth: Int
    let columns: Int
    /// Bytes that packed weights take.
    let byteCount: Int
    let handle: OpaquePointer
    // The layout refers to it.
    private let engine: MatrixEngine

    /// The layout of `[depth][columns]` weights as products of a full tile read them fastest.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    init(depth: Int, columns: Int, _ compute: Compute, _ engine: MatrixEngine) throws(EncodingError) {
        var handle: OpaquePointer?
        var byteCount = 0
        var shape = vectorspool_matrix_shape(
            rows: ForwardPass.tileRows, depth: depth, columns: columns, element: compute.matrixElement,
            destination: compute == .int8 ? vectorspool_matrix_int32 : vectorspool_matrix_float32)
        let status = unsafe vectorspool_matrix_layout_create(&handle, engine.handle, &shape, &byteCount)
        guard let handle = unsafe handle else { throw .oneDNN("lay out weights of \(depth) by \(columns)", status) }
        unsafe self.handle = handle
        self.engine = engine
        self.compute = compute
        self.depth = depth
        self.columns = columns
        self.byteCount = byteCount
    }

    deinit { unsafe vectorspool_matrix_layout_destroy(handle) }

    /// The numbers that tell this layout from any other; nil where oneDNN does not give them.
    var facts: [Int64]? {
        let numbers = unsafe [Int64](unsafeUninitializedCapacity: Self.mostNumbers) { buffer, count in
            unsafe count = vectorspool_matrix_layout_numbers(handle, buffer.baseAddress, Self.mostNumbers)
        }
        return numbers.isEmpty ? nil : numbers
    }

    /// Packs a Linear layer's weights, row-major `[columns][depth]`: signed bytes for int8, else floats.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    func pack(_ linear: AlignedMemory, on stream: MatrixStream) throws(EncodingError) -> WeightArray {
        let packed = try AlignedMemory(byteCount: byteCount)
        let status = unsafe vectorspool_matrix_layout_pack(handle, stream.handle, linear.start, packed.start)
        guard status == 0 else { throw .oneDNN("pack weights", status) }
        return WeightArray(packed, byteCount: byteCount)
    }
}

extension Compute {
    /// What is multiplied, in the words of `CMatrix`.
    var matrixElement: vectorspool_matrix_element {
        switch self {
        case .float32: vectorspool_matrix_float32
        case .bfloat16: vectorspool_matrix_bfloat16
        case .int8: vectorspool_matrix_int8
        }
    }
}
