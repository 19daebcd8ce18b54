/// Cuts a document into passages and tokenizes it on the way.
///
/// The document is tokenized once and the passages are slices of its tokens. They are cut before words only, which leaves
/// the ids those of the slice encoded alone. Nothing but white space is lost, and a text of any size is taken in bounded
/// memory. A text without a single token, white space and invisible characters only, has no passages.
package struct PassageCutter: Sendable {
    /// What becomes of a document.
    package enum Mode: Sendable, Hashable {
        /// As many passages as it needs.
        case passages
        /// One passage of its first tokens, as sentence-transformers does: the rest of the text is not searchable.
        case whole
    }

    package let tokenizer: WordPieceTokenizer
    package let limits: PassageLimits
    package let mode: Mode
    /// Bytes of text tokenized at a time.
    let windowLength: Int
    let classifier: BoundaryClassifier

    /// A cutter for a model's tokenizer.
    ///
    /// - Parameter windowLength: bytes of text tokenized at a time; it bounds the memory and changes no passage.
    package init(
        tokenizer: WordPieceTokenizer, limits: PassageLimits = .standard, mode: Mode = .passages,
        windowLength: Int = 256 << 10
    ) {
        self.tokenizer = tokenizer
        self.limits = limits
        self.mode = mode
        self.windowLength = max(windowLength, 1)
        classifier = BoundaryClassifier(tokenizer)
    }

    /// All passages of a text.
    package func passages(of text: [UInt8]) -> [Passage] {
        passages(of: text.span)
    }

    /// All passages of a text.
    package func passages(of text: Span<UInt8>) -> [Passage] {
        var passages: [Passage] = []
        forEachPassage(of: text) { passages.append($0) }
        return passages
    }

    /// Hands over the passages of a text one by one, so that a large text needs no memory for all of them.
    package func forEachPassage<Failure: Error>(
        of text: Span<UInt8>, _ body: (Passage) throws(Failure) -> Void
    ) throws(Failure) {
        var stream = PassageStream(self)
        while let passage = stream.next(in: text) { try body(passage) }
    }
}
