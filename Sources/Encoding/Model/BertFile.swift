/// `config.json` of a BERT encoder, with the checks that tell whether this forward pass computes the same function.
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
