package import Encoding

/// What the pipeline needs of a model: passages from text, vectors from passages.
///
/// A protocol so that tests of the pipeline need no weights.
package protocol TextModel: Sendable {
    var identity: TextModelIdentity { get }

    /// Cuts a document into passages with their token ids; blocks, so it is called on our own threads only.
    ///
    /// - Parameter text: valid UTF-8.
    func passages(of text: [UInt8]) throws(EncodingError) -> [Passage]

    /// The vectors of token sequences, in their order.
    ///
    /// - Throws: `EncodingError`, or `CancellationError`.
    func encode(_ sequences: [[Int32]]) async throws -> Embeddings
}
