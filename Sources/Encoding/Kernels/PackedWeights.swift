/// The model's weights as the forward pass wants them, shared read-only by all workers.
///
/// Folded beforehand: query, key and value stacked into one product, the score's scale and softmax's base into the query, the
/// token type's vector into the positions; see `Packer`. All of it comes by name from `WeightArrays`, packed just now or mapped
/// from a prepared file. A word table of float32 is not copied: rows are read from the mapped model, so only the pages of words
/// that occur are ever in memory. One of float16 or bfloat16 is among the arrays, as float32.
@safe
final class PackedWeights: Sendable {
    /// One encoder layer.
    struct Layer: Sendable {
        let projection: PackedLinear
        let attentionOutput: PackedLinear
        let attentionNorm: Norm
        let inner: PackedLinear
        let output: PackedLinear
        let outputNorm: Norm
    }

    /// Gain and offset of a layer norm.
    struct Norm: Sendable {
        let gain: WeightArray
        let offset: WeightArray
    }

    let configuration: ModelConfiguration
    let compute: Compute
    let layers: [Layer]
    let embeddingNorm: Norm
    /// `positions * width` floats: position vector plus the vector of token type 0.
    let positions: WeightArray
    /// Where the word table is.
    private let words: WordTable

    /// A table of `vocabulary * width` floats.
    private enum WordTable: Sendable {
        case mapped(SafeTensors, Range<Int>)
        case made(WeightArray)
    }

    /// The tensor of the word table.
    static let wordTable = "embeddings.word_embeddings.weight"

    /// Puts together what `Packer` made, now or at an earlier start.
    ///
    /// - Throws: `EncodingError` of code `.malformed` naming the array or tensor that is missing or of the wrong size.
    init(
        _ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute, _ layouts: MatrixLayouts,
        _ arrays: WeightArrays
    ) throws(EncodingError) {
        self.configuration = configuration
        self.compute = compute
        let (width, inner) = (configuration.width, configuration.innerWidth)
        let table = try file.floats(Packer.name(Self.wordTable, in: file), shape: [configuration.vocabulary, width])
        words =
            table.type == .float32
            ? .mapped(file, table.range)
            : .made(try arrays.array("words", byteCount: configuration.vocabulary * width * 4))
        positions = try arrays.array("positions", byteCount: configuration.positions * width * 4)
        func norm(_ name: String) throws(EncodingError) -> Norm {
            Norm(
                gain: try arrays.array("\(name).gain", byteCount: width * 4),
                offset: try arrays.array("\(name).offset", byteCount: width * 4))
        }
        func linear(
            _ name: String, _ depth: Int, _ columns: Int, _ compute: Compute, isSmoothed: Bool = true
        ) throws(EncodingError) -> PackedLinear {
            let layout = try layouts.layout(depth: depth, columns: columns, compute)
            var finishing: PackedLinear.Finishing?
            if compute == .int8 {
                finishing = PackedLinear.Finishing(
                    scales: try arrays.array("\(name).scales", byteCount: columns * 4),
                    corrections: try arrays.array("\(name).corrections", byteCount: columns * 4),
                    factors: isSmoothed ? try arrays.array("\(name).factors", byteCount: depth * 4) : nil)
            }
            return PackedLinear(
                layout: layout, weights: try arrays.array("\(name).weights", byteCount: layout.byteCount),
                bias: try arrays.array("\(name).bias", byteCount: columns * 4), finishing: finishing)
        }
        embeddingNorm = try norm("embeddingNorm")
        var layers: [Layer] = []
        for index in 0..<configuration.layers {
            let layer = "layer.\(index)"
            layers.append(
                Layer(
                    projection: try linear("\(layer).projection", width, 3 * width, compute),
                    attentionOutput: try linear("\(layer).attentionOutput", width, width, compute, isSmoothed: false),
                    attentionNorm: try norm("\(layer).attentionNorm"),
                    inner: try linear("\(layer).inner", width, inner, compute),
                    output: try linear("\(layer).output", inner, width, compute.floating),
                    outputNorm: try norm("\(layer).outputNorm")))
        }
        self.layers = layers
    }

    /// Calls `body` with the word table; a row is `width` floats, not necessarily aligned.
    func withWords<Result>(_ body: (UnsafeRawPointer) throws(EncodingError) -> Result) throws(EncodingError) -> Result {
        switch words {
        case .made(let array): return try unsafe body(array.start)
        case .mapped(let file, let range):
            return try file.withBytes(range) { (table) throws(EncodingError) in
                try unsafe table.withUnsafeBytes { (bytes) throws(EncodingError) in
                    guard let start = bytes.baseAddress else { throw EncodingError(.malformed, "an empty word table") }
                    return try unsafe body(start)
                }
            }
        }
    }
}
