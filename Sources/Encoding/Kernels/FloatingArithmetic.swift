import CKernels

/// Linear layers in float32 or bfloat16.
@safe
final class FloatingArithmetic: LayerArithmetic {
    private let configuration: ModelConfiguration
    private let products: CompiledProducts
    private let clock: StageClock
    private let isNarrow: Bool
    private let observer: ChannelObserver?
    /// The residual as bfloat16, `rows * width`; used for that compute only.
    private var narrowed: AlignedMemory
    /// A tile's products: `tileRows * width` floats.
    private let product: AlignedMemory
    /// A tile's inner values: `tileRows * innerWidth` elements.
    private let inner: AlignedMemory

    init(
        _ configuration: ModelConfiguration, _ compute: Compute, _ products: CompiledProducts,
        _ clock: StageClock, observer: ChannelObserver? = nil
    ) throws(EncodingError) {
        self.configuration = configuration
        self.observer = compute == .float32 ? observer : nil
        self.products = products
        self.clock = clock
        isNarrow = compute == .bfloat16
        narrowed = try AlignedMemory(byteCount: 0)
        product = try AlignedMemory(byteCount: ForwardPass.tileRows * configuration.width * 4)
        inner = try AlignedMemory(byteCount: ForwardPass.tileRows * configuration.innerWidth * (isNarrow ? 2 : 4))
    }

    var element: vectorspool_element { isNarrow ? vectorspool_element_bfloat16 : vectorspool_element_float32 }
    private var destination: MatrixProduct.Destination { isNarrow ? .bfloat16 : .float32 }

    func reserve(rows: Int) throws(EncodingError) {
        if isNarrow { narrowed = try AlignedMemory(zeroed: rows * configuration.width * 2) }
    }

    func begin(_ norm: PackedWeights.Norm, rows: Int, _ activations: Activations) {
        unsafe normalize(norm, Tile(first: 0, count: rows, bucket: rows), adding: nil, activations)
    }

    private func normalize(
        _ norm: PackedWeights.Norm, _ tile: Tile, adding product: UnsafePointer<Float>?, _ activations: Activations
    ) {
        let width = configuration.width
        let typed = unsafe isNarrow ? narrowed.elements(UInt16.self) + tile.first * width : nil
        unsafe EncoderKernels.best.pointee.add_and_normalize(
            activations.residual(from: tile.first), product, norm.gain.elements(Float.self),
            norm.offset.elements(Float.self), configuration.epsilon, tile.count, width, typed)
        clock.finish(.norm)
    }

    /// The rows of the residual as the products read them.
    private func source(_ tile: Tile, _ activations: Activations) -> UnsafeRawPointer {
        guard isNarrow else { return unsafe UnsafeRawPointer(activations.residual(from: tile.first)) }
        return unsafe UnsafeRawPointer(narrowed.elements(UInt16.self) + tile.first * configuration.width)
    }

    func project(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        unsafe observer?.observe(.projection, activations.residual(from: 0), rows: rows)
        try Tile.forEach(of: rows, limit: ForwardPass.tileRows) { (tile) throws(EncodingError) in
            try unsafe products.multiply(
                source(tile, activations), layer.projection, activations.projected(from: tile.first), tile, destination)
            clock.finish(.projection)
        }
    }

    func finish(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError) {
        let sum = unsafe product.elements(Float.self)
        unsafe observer?.observe(
            .attentionOutput, activations.attended(from: 0).assumingMemoryBound(to: Float.self), rows: rows)
        try Tile.forEach(of: rows, limit: ForwardPass.tileRows) { (tile) throws(EncodingError) in
            try unsafe products.multiply(
                activations.attended(from: tile.first), layer.attentionOutput, sum, tile, .float32)
            clock.finish(.attentionOutput)
            unsafe normalize(layer.attentionNorm, tile, adding: sum, activations)
            unsafe observer?.observe(.inner, activations.residual(from: tile.first), rows: tile.count)
            try unsafe products.multiply(source(tile, activations), layer.inner, inner.start, tile, destination)
            clock.finish(.inner)
            unsafe EncoderKernels.best.pointee.gelu(inner.start, tile.bucket * configuration.innerWidth, element)
            clock.finish(.activation)
            try unsafe products.multiply(inner.start, layer.output, sum, tile, .float32)
            clock.finish(.output)
            unsafe normalize(layer.outputNorm, tile, adding: sum, activations)
        }
    }
}
