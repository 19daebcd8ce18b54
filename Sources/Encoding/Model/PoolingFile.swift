/// `config.json` of a Pooling module, in its legacy form (one Bool a mode) or that of sentence-transformers 6 (a word).
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

    /// The one mode that is asked for; several would concatenate and none means mean, as in sentence-transformers.
    ///
    /// - Throws: `EncodingError` for a mode that is not implemented and for a width that is not the encoder's.
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
