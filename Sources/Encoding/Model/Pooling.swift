/// How the vectors of a sequence's tokens become one, in sentence-transformers' words.
package enum Pooling: String, Sendable {
    /// The average over all tokens, `[CLS]` and `[SEP]` included.
    case mean
    /// The vector of `[CLS]`.
    case cls
}
