import CKernels

/// Linear layers as products of bytes: activations coded token by token, weights column by column.
///
/// Between two products stand one loop and the first-level cache: sums become numbers, pass through GELU or residual and norm,
/// and become the codes of the next product. The recipe (unsigned per token, signed per channel) keeps 0.998 of the cosine
/// where one range for a whole tensor keeps 0.99.
@safe
final class IntegerArithmetic: LayerArithmetic {
    /// Rows of a full tile: sums take four bytes where codes take one, so that fewer rows fit into the cache.
    private static let tileRows = 64

    private let configuration: ModelConfiguration
    private let products: CompiledProducts
    /// What attention reads: bfloat16 where the processor multiplies it.
    let element: vectorspool_element
    /// The residual's codes, all rows.
    private var source: CodedRows
    /// A tile of what attention made, as codes.
    private let attended: CodedRows
    /// A tile's inner values as codes.
    private let inner: CodedRows
    /// A tile's sums: `tileRows * max(innerWidth, 3 width)` of 32 bits.
    private let sums: AlignedMemory
    /// One row of floats.
    private let scratch: AlignedMemory

    init(_ configuration: ModelConfiguration, _ products: CompiledProducts) throws(EncodingError) {
        self.configuration = configuration
        self.products = products
        element = vectorspool_has_bfloat16() != 0 ? vectorspool_element_bfloat16 : vectorspool_element_float32
        let widest = max(configuration.innerWidth, 3 * configuration.width)
        source = try CodedRows(rows: 0, width: configuration.width)
        attended = try CodedRows(rows: Self.tileRows, width: configuration.width)
        inner = try CodedRows(rows: Self.tileRows, width: configuration.innerWidth)
        sums = try AlignedMemory(byteCount: Self.tileRows * widest * 4)
        scratch = try AlignedMemory(byteCount: widest * 4)
    }

    func reserve(rows: Int) throws(EncodingError) {
        source = try CodedRows(rows: rows, width: configuration.width)
    }

    func begin(_ norm: PackedWeights.Norm, rows: Int, _ activations: Activations) {
        let width = configuration.width
        let kernels = unsafe EncoderKernels.best.pointee
        unsafe kernels.add_and_normalize(
            activations.residual(from: 0), nil, norm.gain.elements(Float.self), norm.offset.elements(Float.self),
            configuration.epsilon, rows, width, nil)
        var coded = unsafe source.from(0)
        unsafe kernels.code_rows(
            activations.residual(from: 0), vectorspool_element_float32, rows, width, scratch.elements(Float.self),
            &coded)
    }

    /// Multiplies a tile's codes; `body` gets the product, finished by the layer's scales.
    private func multiply(
        _ rows: vectorspool_coded_rows, _ linear: PackedLinear, _ tile: Tile,
        _ body: (UnsafePointer<vectorspool_integer_product>) -> Void
    ) throws(EncodingError) {
        guard let finishing = linear.finishing else {
            throw EncodingError(.system, "weights without scales cannot be multiplied as bytes")
        }
        try unsafe products.multiply(rows.codes, linear, sums.start, tile, .int32)
        var product = unsafe vectorspool_integer_product(
            sums: sums.elements(Int32.self), rows: tile.count, columns: linear.columns, source: rows,
            scales: finishing.scales.elements(Float.self), corrections: finishing.corrections.elements(Float.self),
            bias: linear.bias.elements(Float.self))
        unsafe body(&product)
    }

    func project(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        let kernels = unsafe EncoderKernels.best.pointee
        try Tile.forEach(of: rows, limit: Self.tileRows) { (tile) throws(EncodingError) in
            try unsafe multiply(source.from(tile.first), layer.projection, tile) {
                unsafe kernels.finish_values($0, activations.projected(from: tile.first), element)
            }
        }
    }

    func finish(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        let kernels = unsafe EncoderKernels.best.pointee
        let row = unsafe scratch.elements(Float.self)
        var attended = unsafe self.attended.from(0)
        var inner = unsafe self.inner.from(0)
        try Tile.forEach(of: rows, limit: Self.tileRows) { (tile) throws(EncodingError) in
            let residual = unsafe activations.residual(from: tile.first)
            var codes = unsafe source.from(tile.first)
            func norm(_ norm: PackedWeights.Norm, of product: UnsafePointer<vectorspool_integer_product>) {
                unsafe kernels.finish_norm(
                    product, residual, norm.gain.elements(Float.self), norm.offset.elements(Float.self),
                    configuration.epsilon, &codes)
            }
            unsafe kernels.code_rows(
                activations.attended(from: tile.first), element, tile.count, configuration.width, row, &attended)
            try unsafe multiply(attended, layer.attentionOutput, tile) { unsafe norm(layer.attentionNorm, of: $0) }
            try unsafe multiply(codes, layer.inner, tile) { unsafe kernels.finish_gelu($0, row, &inner) }
            try unsafe multiply(inner, layer.output, tile) { unsafe norm(layer.outputNorm, of: $0) }
        }
    }
}
