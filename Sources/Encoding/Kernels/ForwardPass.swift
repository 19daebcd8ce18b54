import CKernels
import Glibc

/// One worker's forward pass: packed sequences in, sentence vectors out.
///
/// The tokens of all sequences of a batch stand one after another in one matrix, so nothing is padded: only attention and
/// positions know where a sequence begins. Rows go through the products in tiles of at most `tileRows`, whose inner values
/// stay in the second-level cache; the residual stays float32 in every compute.
/// Model: transformers' BertModel (post layer norm), sentence-transformers' Pooling and Normalize.
@safe
final class ForwardPass {
    /// Rows of a full tile; smaller last tiles use the least bucket that holds them.
    static let tileRows = 128
    private static let buckets = Array(stride(from: 16, through: tileRows, by: 16))

    private let weights: PackedWeights
    private let stream: MatrixStream
    private var products: [MatrixProduct.Shape: MatrixProduct] = [:]
    private var rowCapacity = 0
    /// Residual stream, `rows * width` floats.
    private var residual: AlignedMemory
    /// The residual as bfloat16; unused for float32.
    private var narrowed: AlignedMemory
    /// `rows * 3 width` elements.
    private var projected: AlignedMemory
    /// `rows * width` elements.
    private var attended: AlignedMemory
    /// A tile's float products: `tileRows * width`.
    private let product: AlignedMemory
    /// A tile's inner floats: `tileRows * innerWidth`.
    private let inner: AlignedMemory
    /// A tile's inner values as bfloat16.
    private let narrowedInner: AlignedMemory
    private let attentionScratch: AlignedMemory
    private var productScratch: AlignedMemory

    /// Must be called on the worker's own thread; see `MatrixStream`.
    init(_ weights: PackedWeights, _ engine: MatrixEngine) throws(EncodingError) {
        self.weights = weights
        let configuration = weights.configuration
        stream = try MatrixStream(engine)
        product = try AlignedMemory(byteCount: Self.tileRows * configuration.width * 4)
        inner = try AlignedMemory(byteCount: Self.tileRows * configuration.innerWidth * 4)
        narrowedInner = try AlignedMemory(
            byteCount: weights.compute == .bfloat16 ? Self.tileRows * configuration.innerWidth * 2 : 0)
        attentionScratch = try AlignedMemory(
            byteCount: vectorspool_attention_scratch(configuration.maximumLength, configuration.headWidth))
        let none = try AlignedMemory(byteCount: 0)
        (residual, narrowed, projected, attended, productScratch) = (none, none, none, none, none)
    }

    private var isNarrow: Bool { weights.compute == .bfloat16 }
    private var elementSize: Int { isNarrow ? 2 : 4 }

    /// Encodes sequences of token ids, each between 1 and `maximumLength` long with ids inside the vocabulary.
    ///
    /// - Returns: `sequences.count * width` floats in the order given.
    func callAsFunction(_ sequences: [ArraySlice<Int32>]) throws(EncodingError) -> [Float] {
        let rows = sequences.reduce(0) { $0 + $1.count }
        try reserve(rows: rows)
        try embed(sequences)
        for layer in weights.layers {
            try project(layer, rows)
            attend(sequences)
            try finish(layer, rows)
        }
        return pool(sequences)
    }

    // MARK: - Memory

    private func reserve(rows: Int) throws(EncodingError) {
        guard rows > rowCapacity else { return }
        // Whole tiles, so that the last product may write past the rows that are in use.
        let capacity = (rows + Self.tileRows - 1) / Self.tileRows * Self.tileRows
        let width = weights.configuration.width
        residual = try AlignedMemory(byteCount: capacity * width * 4)
        narrowed = try AlignedMemory(byteCount: isNarrow ? capacity * width * 2 : 0)
        projected = try AlignedMemory(byteCount: capacity * 3 * width * elementSize)
        attended = try AlignedMemory(byteCount: capacity * width * elementSize)
        // Rows past the end are multiplied too; they must hold numbers.
        for memory in [residual, narrowed, projected, attended] { unsafe memset(memory.start, 0, memory.byteCount) }
        rowCapacity = capacity
    }

    // MARK: - Products

    /// Calls `body` with each tile's first row, its rows, and the rows of the product that holds it.
    private func forEachTile(
        _ rows: Int, _ body: (_ first: Int, _ count: Int, _ bucket: Int) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        for first in stride(from: 0, to: rows, by: Self.tileRows) {
            let count = min(Self.tileRows, rows - first)
            try body(first, count, Self.buckets.first { $0 >= count } ?? Self.tileRows)
        }
    }

    private func multiply(
        _ source: UnsafeRawPointer, _ linear: PackedLinear, _ destination: UnsafeMutableRawPointer, bucket: Int,
        narrow: Bool
    ) throws(EncodingError) {
        let shape = MatrixProduct.Shape(
            rows: bucket, depth: linear.depth, columns: linear.columns, isNarrow: isNarrow, hasNarrowDestination: narrow
        )
        let compiled: MatrixProduct
        if let known = products[shape] {
            compiled = known
        } else {
            // Weights of one shape were all packed by the same product, so one layout serves them.
            compiled = try MatrixProduct(shape, reading: linear, on: stream)
            if compiled.scratchByteCount > productScratch.byteCount {
                productScratch = try AlignedMemory(byteCount: compiled.scratchByteCount)
            }
            products[shape] = compiled
        }
        try unsafe compiled(source, linear, destination, scratch: productScratch.start)
    }

    // MARK: - Steps

    private func embed(_ sequences: [ArraySlice<Int32>]) throws(EncodingError) {
        let width = weights.configuration.width
        let positions = unsafe weights.positions.elements(Float.self)
        var row = unsafe residual.elements(Float.self)
        try unsafe weights.withWords { (words) throws(EncodingError) in
            for sequence in sequences {
                for (position, id) in sequence.enumerated() {
                    let word = unsafe (words + Int(id) * width * 4).assumingMemoryBound(to: Float.self)
                    unsafe EncoderKernels.best.pointee.add_rows(row, word, positions + position * width, width)
                    unsafe row += width
                }
            }
        }
        let rows = sequences.reduce(0) { $0 + $1.count }
        unsafe normalize(weights.embeddingNorm, first: 0, count: rows, adding: nil)
    }

    private func normalize(_ norm: PackedWeights.Norm, first: Int, count: Int, adding product: UnsafePointer<Float>?) {
        let width = weights.configuration.width
        let typed = unsafe isNarrow ? narrowed.elements(UInt16.self) + first * width : nil
        unsafe EncoderKernels.best.pointee.add_and_normalize(
            residual.elements(Float.self) + first * width, product, norm.gain.elements(Float.self),
            norm.offset.elements(Float.self), weights.configuration.epsilon, count, width, typed)
    }

    /// The rows of the residual as the products read them.
    private func sourceRows(_ first: Int) -> UnsafeRawPointer {
        let memory = isNarrow ? narrowed : residual
        return unsafe UnsafeRawPointer(memory.start + first * weights.configuration.width * elementSize)
    }

    private func project(_ layer: PackedWeights.Layer, _ rows: Int) throws(EncodingError) {
        let stride = 3 * weights.configuration.width * elementSize
        try forEachTile(rows) { (first, _, bucket) throws(EncodingError) in
            try unsafe multiply(
                sourceRows(first), layer.projection, projected.start + first * stride, bucket: bucket, narrow: isNarrow)
        }
    }

    private func attend(_ sequences: [ArraySlice<Int32>]) {
        let configuration = weights.configuration
        let width = configuration.width * elementSize
        var first = 0
        for sequence in sequences {
            var call = unsafe vectorspool_attention(
                projected: projected.start + first * 3 * width, result: attended.start + first * width,
                tokens: sequence.count, heads: configuration.heads, head_width: configuration.headWidth,
                element: isNarrow ? vectorspool_element_bfloat16 : vectorspool_element_float32,
                scratch: attentionScratch.start)
            unsafe EncoderKernels.best.pointee.attention(&call)
            first += sequence.count
        }
    }

    /// What follows attention, tile by tile: its output, residual and norm, then the inner layer, residual and norm.
    private func finish(_ layer: PackedWeights.Layer, _ rows: Int) throws(EncodingError) {
        let configuration = weights.configuration
        let width = configuration.width
        let sum = unsafe product.elements(Float.self)
        try forEachTile(rows) { (first, count, bucket) throws(EncodingError) in
            let source = unsafe attended.start + first * width * elementSize
            try unsafe multiply(source, layer.attentionOutput, sum, bucket: bucket, narrow: false)
            unsafe normalize(layer.attentionNorm, first: first, count: count, adding: sum)
            try unsafe multiply(sourceRows(first), layer.inner, inner.start, bucket: bucket, narrow: false)
            let typed = unsafe isNarrow ? narrowedInner.elements(UInt16.self) : nil
            unsafe EncoderKernels.best.pointee.gelu(
                inner.elements(Float.self), bucket * configuration.innerWidth, typed)
            let activated = isNarrow ? narrowedInner : inner
            try unsafe multiply(activated.start, layer.output, sum, bucket: bucket, narrow: false)
            unsafe normalize(layer.outputNorm, first: first, count: count, adding: sum)
        }
    }

    private func pool(_ sequences: [ArraySlice<Int32>]) -> [Float] {
        let configuration = weights.configuration
        let width = configuration.width
        return unsafe [Float](unsafeUninitializedCapacity: sequences.count * width) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            unsafe start.initialize(repeating: 0, count: sequences.count * width)
            var row = unsafe residual.elements(Float.self)
            for (index, sequence) in sequences.enumerated() {
                let pooled = unsafe start + index * width
                let counted = configuration.pooling == .cls ? 1 : sequence.count
                unsafe EncoderKernels.best.pointee.accumulate_rows(pooled, row, counted, width)
                unsafe Self.scale(pooled, width, 1 / Float(counted))
                if configuration.isNormalized { unsafe Self.normalize(pooled, width) }
                unsafe row += sequence.count * width
            }
            initialized = sequences.count * width
        }
    }

    private static func scale(_ vector: UnsafeMutablePointer<Float>, _ width: Int, _ factor: Float) {
        for index in 0..<width { unsafe vector[index] *= factor }
    }

    // torch.nn.functional.normalize: the length is at least 1e-12, so a zero vector stays zero.
    private static func normalize(_ vector: UnsafeMutablePointer<Float>, _ width: Int) {
        var squares: Float = 0
        for index in 0..<width { unsafe squares += vector[index] * vector[index] }
        unsafe scale(vector, width, 1 / max(squares.squareRoot(), 1e-12))
    }
}
