/// The shape of a BERT sentence encoder, gathered from the files of its folder.
///
/// Only what changes the vectors is kept; see `ModelFolder` for where each value comes from.
package struct ModelConfiguration: Sendable, Equatable {
    /// Encoder layers.
    package let layers: Int
    /// Width of a token's vector, and of the sentence's.
    package let width: Int
    /// Attention heads; they divide `width`.
    package let heads: Int
    /// Width of the feed-forward product.
    package let innerWidth: Int
    /// Entries of the vocabulary.
    package let vocabulary: Int
    /// Rows of the position table: the longest sequence that the model can take.
    package let positions: Int
    /// Rows of the token type table; ours are all type 0.
    package let tokenTypes: Int
    /// Added to the variance in layer norm.
    package let epsilon: Float
    /// Ids that one sequence may have, `[CLS]` and `[SEP]` included; the rest of a text is cut off.
    package let maximumLength: Int
    /// How token vectors become a sentence vector.
    package let pooling: Pooling
    /// Whether the sentence vector is scaled to length 1.
    package let isNormalized: Bool

    /// Width of one attention head.
    package var headWidth: Int { width / heads }
}
