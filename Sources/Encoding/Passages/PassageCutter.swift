/// Cuts a document into passages and tokenizes it at the same time.
///
/// The document is tokenized once, and the passages are slices of its tokens. Cuts are only before words, so the ids
/// equal those of the slice encoded alone. Only white space is lost, and a text of any size takes bounded memory. A
/// text without tokens, of only white space and invisible characters, has no passages.
package struct PassageCutter: Sendable {
    /// How a document is divided.
    package enum Mode: Sendable, Hashable {
        /// As many passages as needed.
        case passages
        /// One passage of the first tokens, as in sentence-transformers; the rest of the text is not searchable.
        case whole
    }

    package let tokenizer: any Tokenizer
    /// The ids before those of every passage.
    let prompt: [Int32]
    package let limits: PassageLimits
    package let mode: Mode
    /// The bytes of text that are tokenized at a time.
    let windowLength: Int
    let classifier: BoundaryClassifier

    /// Makes a cutter for a model's tokenizer.
    ///
    /// It tokenizes `windowLength` bytes of text at a time, which limits the memory and changes no passage.
    package init(
        tokenizer: any Tokenizer, prompt: [Int32] = [], limits: PassageLimits = .standard,
        mode: Mode = .passages, windowLength: Int = 256 << 10
    ) {
        self.tokenizer = tokenizer
        self.prompt = prompt
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

    /// Passes the passages of a text to `body` one by one, so a large text needs no memory for all of them.
    package func forEachPassage<Failure: Error>(
        of text: Span<UInt8>, _ body: (Passage) throws(Failure) -> Void
    ) throws(Failure) {
        var stream = PassageStream(self)
        while let passage = stream.next(in: text) { try body(passage) }
    }
}
