package import Encoding
package import Identity

/// What the pipeline needs of a model: passages from text, vectors from passages.
///
/// A protocol so that tests of the pipeline need no weights.
package protocol PassageEncoding: Sendable {
    var identity: ModelIdentity { get }

    /// How documents are cut, name to number.
    var passageRules: [String: Int] { get }

    /// A cutter at the beginning of a text; it computes, so it is used on our own threads only.
    func cutter() -> any PassageCutting

    /// The vectors of token sequences, in their order; the brief lane goes ahead.
    ///
    /// - Throws: `EncodingError`, or `CancellationError`.
    func encode(_ sequences: [[Int32]], lane: Lane) async throws -> Embeddings
}

/// Cuts one text, valid UTF-8 that may come in pieces, into passages with their token ids.
///
/// See `PassageStream`, whose face it is.
package protocol PassageCutting {
    mutating func next(in text: Span<UInt8>, isWhole: Bool) -> PassageStream.Step
    var discardable: Int { get }
    mutating func discard(_ count: Int, of text: Span<UInt8>)
}

extension PassageStream: PassageCutting {}
