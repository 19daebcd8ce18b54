import CKernels

/// Linear layers as products of bytes: activations coded token by token, weights column by column.
///
/// The last product of a layer reads floats: what comes out of GELU is small but for a few large values, so that 256 steps
/// over a row cost more of the ranking than all other codes together (of the ten nearest 0.94 stay with it, 0.97 without).
/// In front of the others the channels are smoothed; see `ChannelSmoothing`.
@safe
final class IntegerArithmetic: LayerArithmetic {
    /// Rows of a full tile: sums take four bytes where codes take one, so that fewer rows fit into the cache.
    private static let tileRows = 64

    private let configuration: ModelConfiguration
    private let products: CompiledProducts
    private let clock: StageClock
    /// What attention and the last product read: bfloat16 where the processor multiplies it.
    let element: vectorspool_element
    /// A tile of what the product at hand reads.
    private let coded: CodedRows
    /// A tile's products, sums or floats: `tileRows * max(innerWidth, 3 width)` of 32 bits.
    private let sums: AlignedMemory
    /// A tile's inner values: `tileRows * innerWidth` elements.
    private let inner: AlignedMemory
    /// One row of floats.
    private let scratch: AlignedMemory

    init(
        _ configuration: ModelConfiguration, _ products: CompiledProducts, _ clock: StageClock
    ) throws(EncodingError) {
        self.configuration = configuration
        self.products = products
        self.clock = clock
        let isNarrow = Compute.int8.floating == .bfloat16
        element = isNarrow ? vectorspool_element_bfloat16 : vectorspool_element_float32
        let widest = max(configuration.innerWidth, 3 * configuration.width)
        coded = try CodedRows(rows: Self.tileRows, width: configuration.width)
        sums = try AlignedMemory(byteCount: Self.tileRows * widest * 4)
        inner = try AlignedMemory(zeroed: Self.tileRows * configuration.innerWidth * (isNarrow ? 2 : 4))
        scratch = try AlignedMemory(byteCount: configuration.width * 4)
    }

    /// Nothing: what is kept is a tile's.
    func reserve(rows: Int) {}

    func begin(_ norm: PackedWeights.Norm, rows: Int, _ activations: Activations) {
        unsafe normalize(norm, Tile(first: 0, count: rows, bucket: rows), adding: nil, activations)
    }

    private func normalize(
        _ norm: PackedWeights.Norm, _ tile: Tile, adding product: UnsafePointer<Float>?, _ activations: Activations
    ) {
        unsafe EncoderKernels.best.pointee.add_and_normalize(
            activations.residual(from: tile.first), product, norm.gain.elements(Float.self),
            norm.offset.elements(Float.self), configuration.epsilon, tile.count, configuration.width, nil)
        clock.finish(.norm)
    }

    /// Multiplies a tile's codes; `body` gets the product and what finishes it.
    private func multiply(
        _ linear: PackedLinear, _ tile: Tile, _ stage: EncoderStage,
        _ body: (UnsafePointer<vectorspool_integer_product>) -> Void
    ) throws(EncodingError) {
        guard let finishing = linear.finishing else {
            throw EncodingError(.system, "weights without scales cannot be multiplied as bytes")
        }
        let rows = unsafe coded.rows
        try unsafe products.multiply(rows.codes, linear, sums.start, tile, .int32)
        clock.finish(stage)
        var product = unsafe vectorspool_integer_product(
            sums: sums.elements(Int32.self), rows: tile.count, columns: linear.columns, source: rows,
            scales: finishing.scales.elements(Float.self), corrections: finishing.corrections.elements(Float.self),
            bias: linear.bias.elements(Float.self))
        unsafe body(&product)
    }

    private func factors(_ linear: PackedLinear) -> UnsafePointer<Float>? {
        unsafe linear.finishing?.factors?.elements(Float.self)
    }

    func project(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        let kernels = unsafe EncoderKernels.best.pointee
        let row = unsafe scratch.elements(Float.self)
        var codes = unsafe coded.rows
        try Tile.forEach(of: rows, limit: Self.tileRows) { (tile) throws(EncodingError) in
            unsafe kernels.code_rows(
                activations.residual(from: tile.first), vectorspool_element_float32, factors(layer.projection),
                tile.count, configuration.width, row, &codes)
            clock.finish(.norm)
            try unsafe multiply(layer.projection, tile, .projection) {
                unsafe kernels.finish_values($0, activations.projected(from: tile.first), element)
            }
            clock.finish(.norm)
        }
    }

    func finish(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        let kernels = unsafe EncoderKernels.best.pointee
        let row = unsafe scratch.elements(Float.self)
        let norm = layer.attentionNorm
        var codes = unsafe coded.rows
        try Tile.forEach(of: rows, limit: Self.tileRows) { (tile) throws(EncodingError) in
            let residual = unsafe activations.residual(from: tile.first)
            unsafe kernels.code_rows(
                activations.attended(from: tile.first), element, nil, tile.count, configuration.width, row, &codes)
            clock.finish(.norm)
            try unsafe multiply(layer.attentionOutput, tile, .attentionOutput) { product in
                unsafe kernels.finish_norm(
                    product, residual, norm.gain.elements(Float.self), norm.offset.elements(Float.self),
                    configuration.epsilon, factors(layer.inner), row, &codes)
            }
            clock.finish(.norm)
            try unsafe multiply(layer.inner, tile, .inner) { unsafe kernels.finish_gelu($0, inner.start, element) }
            clock.finish(.activation)
            try unsafe products.multiply(inner.start, layer.output, sums.start, tile, .float32)
            clock.finish(.output)
            unsafe normalize(layer.outputNorm, tile, adding: sums.elements(Float.self), activations)
        }
    }
}
