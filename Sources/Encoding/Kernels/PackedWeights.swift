import Platform

/// The model's weights as the forward pass wants them, shared read-only by all workers.
///
/// Folded beforehand: query, key and value stacked into one product, the score's scale and
/// softmax's base into the query, the token type's
/// vector into the positions. The word table is not copied: rows are read from the mapped file, so only the pages of words
/// that occur are ever in memory.
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
        let gain: AlignedMemory
        let offset: AlignedMemory
    }

    let configuration: ModelConfiguration
    let compute: Compute
    let layers: [Layer]
    let embeddingNorm: Norm
    /// `positions * width` floats: position vector plus the vector of token type 0.
    let positions: AlignedMemory
    /// The file that holds the word table, and where it lies there.
    let file: SafeTensors
    let words: Range<Int>

    /// Checks and packs every tensor.
    ///
    /// - Throws: `EncodingError` naming the tensor that is missing or of the wrong shape or type.
    init(_ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute) throws(EncodingError) {
        self.file = file
        self.configuration = configuration
        self.compute = compute
        let packer = try Packer(file, configuration, compute)
        let width = configuration.width
        words = try file.float32(
            packer.name("embeddings.word_embeddings.weight"), shape: [configuration.vocabulary, width])
        positions = try packer.positions()
        embeddingNorm = try packer.norm("embeddings.LayerNorm")
        var layers: [Layer] = []
        for index in 0..<configuration.layers {
            let layer = "encoder.layer.\(index)"
            layers.append(
                Layer(
                    projection: try packer.projection("\(layer).attention.self"),
                    attentionOutput: try packer.linear("\(layer).attention.output.dense", depth: width, columns: width),
                    attentionNorm: try packer.norm("\(layer).attention.output.LayerNorm"),
                    inner: try packer.linear(
                        "\(layer).intermediate.dense", depth: width, columns: configuration.innerWidth),
                    output: try packer.linear("\(layer).output.dense", depth: configuration.innerWidth, columns: width),
                    outputNorm: try packer.norm("\(layer).output.LayerNorm")))
        }
        self.layers = layers
    }

    /// Calls `body` with the mapped word table; a row is `width` floats, not necessarily aligned.
    func withWords<Result>(_ body: (UnsafeRawPointer) throws(EncodingError) -> Result) throws(EncodingError) -> Result {
        try file.withBytes(words) { (table) throws(EncodingError) in
            try unsafe table.withUnsafeBytes { (bytes) throws(EncodingError) in
                guard let start = bytes.baseAddress else { throw EncodingError(.malformed, "an empty word table") }
                return try unsafe body(start)
            }
        }
    }
}
