/// A piece of a document that gets one embedding.
package struct Passage: Sendable, Hashable {
    /// The bytes of the document that it stands for, without the ASCII white space around them.
    package let byteRange: Range<Int>
    /// The lines of the document that those bytes touch, counted from 1 and ended by a newline.
    package let lineRange: ClosedRange<Int>
    /// The model's input: [CLS], the tokens, [SEP].
    package let tokens: [Int32]
    /// Whether `tokens` stops before the bytes do.
    package let isTruncated: Bool

    /// The number of tokens of the text itself, without [CLS] and [SEP].
    package var tokenCount: Int { tokens.count - 2 }

    package init(byteRange: Range<Int>, lineRange: ClosedRange<Int>, tokens: [Int32], isTruncated: Bool) {
        self.byteRange = byteRange
        self.lineRange = lineRange
        self.tokens = tokens
        self.isTruncated = isTruncated
    }
}
