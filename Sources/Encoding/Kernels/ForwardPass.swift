import CKernels
import Glibc

/// One worker's forward pass: packed sequences in, sentence vectors out.
///
/// The tokens of all sequences of a batch stand one after another in one matrix, so nothing is padded: only attention and
/// positions know where a sequence begins.
/// Model: transformers' BertModel (post layer norm), sentence-transformers' Pooling and Normalize.
@safe
final class ForwardPass {
    /// The rows of a full tile.
    ///
    /// From 128 to 256 the products lose nothing, and reading weights half as often gains 3 %.
    static let tileRows = 256

    private let weights: PackedWeights
    private let arithmetic: any LayerArithmetic
    private let activations: Activations
    private let attentionScratch: AlignedMemory
    /// Where the time of the last batch went.
    let clock = StageClock()

    /// Prepares the pass on the worker's own thread; see `MatrixStream`.
    ///
    /// The `observer` sees the input of the linear layers, for float32 only.
    init(
        _ weights: PackedWeights, _ engine: MatrixEngine, observer: ChannelObserver? = nil
    ) throws(EncodingError) {
        self.weights = weights
        let configuration = weights.configuration
        let products = try CompiledProducts(engine)
        arithmetic =
            switch weights.compute {
            case .float32, .bfloat16:
                try FloatingArithmetic(configuration, weights.compute, products, clock, observer: observer)
            case .int8: try IntegerArithmetic(configuration, products, clock)
            }
        activations = try Activations(
            width: configuration.width, elementSize: arithmetic.element == vectorspool_element_bfloat16 ? 2 : 4)
        attentionScratch = try AlignedMemory(
            byteCount: vectorspool_attention_scratch(configuration.maximumLength, configuration.headWidth))
    }

    /// Encodes sequences of token ids, each between 1 and `maximumLength` long with ids inside the vocabulary.
    ///
    /// - Returns: `sequences.count * width` floats in the order given.
    func callAsFunction(_ sequences: [ArraySlice<Int32>]) throws(EncodingError) -> [Float] {
        let rows = sequences.reduce(0) { $0 + $1.count }
        if rows > activations.capacity { try reserve(rows: rows) }
        clock.start()
        try embed(sequences)
        clock.finish(.embedding)
        arithmetic.begin(weights.embeddingNorm, rows: rows, activations)
        for layer in weights.layers {
            try arithmetic.project(layer, rows: rows, activations)
            attend(sequences)
            clock.finish(.attention)
            try arithmetic.finish(layer, rows: rows, activations)
        }
        let vectors = pool(sequences)
        clock.finish(.pooling)
        return vectors
    }

    private func reserve(rows: Int) throws(EncodingError) {
        // Whole tiles, so that the last product may write past the rows that are in use.
        let room = (rows + Self.tileRows - 1) / Self.tileRows * Self.tileRows
        // The activations last: they say what there is room for, also after there was no memory.
        try arithmetic.reserve(rows: room)
        try activations.reserve(rows: room)
    }

    private func embed(_ sequences: [ArraySlice<Int32>]) throws(EncodingError) {
        let width = weights.configuration.width
        let positions = unsafe weights.positions.elements(Float.self)
        var row = unsafe activations.residual(from: 0)
        try unsafe weights.withWords { (words) throws(EncodingError) in
            for sequence in sequences {
                for (position, id) in sequence.enumerated() {
                    let word = unsafe (words + Int(id) * width * 4).assumingMemoryBound(to: Float.self)
                    unsafe EncoderKernels.best.pointee.add_rows(row, word, positions + position * width, width)
                    unsafe row += width
                }
            }
        }
    }

    private func attend(_ sequences: [ArraySlice<Int32>]) {
        let configuration = weights.configuration
        var first = 0
        for sequence in sequences {
            var call = unsafe vectorspool_attention(
                projected: activations.projected(from: first), result: activations.attended(from: first),
                tokens: sequence.count, heads: configuration.heads, head_width: configuration.headWidth,
                element: arithmetic.element, scratch: attentionScratch.start)
            unsafe EncoderKernels.best.pointee.attention(&call)
            first += sequence.count
        }
    }

    private func pool(_ sequences: [ArraySlice<Int32>]) -> [Float] {
        let configuration = weights.configuration
        let width = configuration.width
        return unsafe [Float](unsafeUninitializedCapacity: sequences.count * width) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            unsafe start.initialize(repeating: 0, count: sequences.count * width)
            var row = unsafe activations.residual(from: 0)
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

/// How the linear layers are computed, and in what form their inputs stand between them.
///
/// Everything else of a forward pass is the same for every compute: embedding, pooling, the order of the layers, and the
/// residual, which stays float32.
protocol LayerArithmetic: AnyObject {
    /// What attention reads and writes, and with it the type of `Activations`.
    var element: vectorspool_element { get }

    /// Makes room for what is kept of a whole batch; called only when a batch is larger than all before it.
    ///
    /// - Parameter rows: whole tiles, because products write past the rows that are in use.
    /// - Throws: `EncodingError` of code `.system` when there is no memory.
    func reserve(rows: Int) throws(EncodingError)

    /// The first norm: of what was embedded, in the residual.
    func begin(_ norm: PackedWeights.Norm, rows: Int, _ activations: Activations)

    /// Query, key and value of all rows.
    func project(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError)

    /// What follows attention, tile by tile: its output, residual and norm, then the inner layer, residual and norm.
    func finish(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError)
}
