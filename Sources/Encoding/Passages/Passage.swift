/// A piece of a document with its own embedding.
package struct Passage: Sendable, Hashable {
    /// The passage's bytes in the document, without the ASCII white space around them.
    package let byteRange: Range<Int>
    /// The lines of the document that the bytes touch, counted from 1 and ended by a newline.
    package let lineRange: ClosedRange<Int>
    /// The model's input: [CLS], the model's prompt, the tokens, [SEP].
    package let tokens: [Int32]
    /// The tokens of the prompt.
    package let promptCount: Int
    /// Whether `tokens` ends before the bytes do.
    package let isTruncated: Bool

    /// The number of tokens of the text itself, without [CLS], prompt and [SEP].
    package var tokenCount: Int { tokens.count - promptCount - 2 }

    package init(
        byteRange: Range<Int>, lineRange: ClosedRange<Int>, tokens: [Int32], promptCount: Int = 0, isTruncated: Bool
    ) {
        self.byteRange = byteRange
        self.lineRange = lineRange
        self.tokens = tokens
        self.promptCount = promptCount
        self.isTruncated = isTruncated
    }
}
