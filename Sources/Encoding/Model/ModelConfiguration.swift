/// The shape of a BERT sentence encoder, from the files of its folder.
///
/// It contains only what changes the vectors; `ModelFolder` shows the source of each value.
package struct ModelConfiguration: Sendable, Equatable {
    /// The number of encoder layers.
    package let layers: Int
    /// The width of a token's vector and of the sentence's.
    package let width: Int
    /// The number of attention heads, a divisor of `width`.
    package let heads: Int
    /// The width of the feed-forward product.
    package let innerWidth: Int
    /// The number of vocabulary entries.
    package let vocabulary: Int
    /// The rows of the position table, which limit the length of a sequence.
    package let positions: Int
    /// The rows of the token type table; this encoder uses only type 0.
    package let tokenTypes: Int
    /// The number that layer norm adds to the variance.
    package let epsilon: Float
    /// The most ids of a sequence, `[CLS]` and `[SEP]` included; a longer text is truncated.
    package let maximumLength: Int
    /// How token vectors are combined into a sentence vector.
    package let pooling: Pooling
    /// Whether the sentence vector is scaled to length 1.
    package let isNormalized: Bool

    /// The width of one attention head.
    package var headWidth: Int { width / heads }
}

/// How the vectors of a sequence's tokens are combined into one, in sentence-transformers' words.
package enum Pooling: String, Sendable {
    /// The average over all tokens, `[CLS]` and `[SEP]` included.
    case mean
    /// The vector of `[CLS]`.
    case cls
}

/// `config.json` of a BERT encoder, with checks that this forward pass computes the same function.
struct BertFile: Decodable {
    let model_type: String?
    let num_hidden_layers: Int
    let hidden_size: Int
    let num_attention_heads: Int
    let intermediate_size: Int
    let vocab_size: Int
    let max_position_embeddings: Int
    let type_vocab_size: Int?
    let layer_norm_eps: Double?
    let hidden_act: String?
    let position_embedding_type: String?
    let is_decoder: Bool?

    /// Checks the values.
    ///
    /// - Throws: `EncodingError`: `.unsupported` for another architecture, `.malformed` for impossible numbers.
    func check(_ path: String) throws(EncodingError) {
        func unsupported(_ what: String) -> EncodingError { EncodingError(.unsupported, path: path, what) }
        if let model_type, model_type != "bert" {
            throw unsupported("the model type \(model_type) is not implemented; bert is")
        }
        if let hidden_act, hidden_act != "gelu" {
            throw unsupported("the activation \(hidden_act) is not implemented; gelu (exact) is")
        }
        if let position_embedding_type, position_embedding_type != "absolute" {
            throw unsupported("the position scheme \(position_embedding_type) is not implemented; absolute is")
        }
        if is_decoder == true { throw unsupported("is_decoder is true; only encoders are implemented") }
        let numbers = [
            ("num_hidden_layers", num_hidden_layers, 1...1024), ("hidden_size", hidden_size, 1...65536),
            ("num_attention_heads", num_attention_heads, 1...4096),
            ("intermediate_size", intermediate_size, 1...262144),
            ("vocab_size", vocab_size, 1...16_777_216),
            ("max_position_embeddings", max_position_embeddings, 3...131072),
            ("type_vocab_size", type_vocab_size ?? 2, 1...1024),
        ]
        for (name, value, accepted) in numbers where !accepted.contains(value) {
            throw EncodingError(.malformed, path: path, "\(name) is \(value), outside \(accepted)")
        }
        guard hidden_size % num_attention_heads == 0 else {
            throw EncodingError(
                .malformed, path: path,
                "hidden_size \(hidden_size) is not a multiple of num_attention_heads \(num_attention_heads)")
        }
    }
}

/// `config.json` of a Pooling module, in the legacy form (one Bool per mode) or that of sentence-transformers 6 (a
/// word).
struct PoolingFile: Decodable {
    let word_embedding_dimension: Int?
    let embedding_dimension: Int?
    let pooling_mode: String?
    let pooling_mode_cls_token: Bool?
    let pooling_mode_mean_tokens: Bool?
    let pooling_mode_max_tokens: Bool?
    let pooling_mode_mean_sqrt_len_tokens: Bool?
    let pooling_mode_weightedmean_tokens: Bool?
    let pooling_mode_lasttoken: Bool?
    let include_prompt: Bool?

    /// The only mode that the file selects; several would be concatenated and none means mean, as in
    /// sentence-transformers.
    ///
    /// Throws `EncodingError` for an unimplemented mode and for a width that differs from the encoder's.
    func pooling(_ path: String, width: Int) throws(EncodingError) -> Pooling {
        if let given = word_embedding_dimension ?? embedding_dimension, given != width {
            throw EncodingError(.malformed, path: path, "it pools \(given) dimensions, config.json has \(width)")
        }
        let flags = [
            ("cls", pooling_mode_cls_token), ("max", pooling_mode_max_tokens), ("mean", pooling_mode_mean_tokens),
            ("mean_sqrt_len_tokens", pooling_mode_mean_sqrt_len_tokens),
            ("weightedmean", pooling_mode_weightedmean_tokens), ("lasttoken", pooling_mode_lasttoken),
        ]
        let modes = pooling_mode.map { [$0] } ?? flags.filter { $0.1 == true }.map(\.0)
        if modes.isEmpty { return .mean }
        guard modes.count == 1, let pooling = Pooling(rawValue: modes[0]) else {
            throw EncodingError(
                .unsupported, path: path,
                "the pooling \(modes.joined(separator: " + ")) is not implemented; mean and cls are")
        }
        return pooling
    }
}
