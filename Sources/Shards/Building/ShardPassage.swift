/// A passage to be stored: where it stands in its document, and its text.
package struct ShardPassage: Sendable, Hashable {
    /// Its bytes in the document.
    package var byteRange: Range<Int>
    /// Its lines in the document, from 1.
    package var lineRange: ClosedRange<Int>
    /// Tokens, special tokens not counted.
    package var tokenCount: Int
    /// Whether the encoder did not see all of it.
    package var isTruncated: Bool
    /// UTF-8 text, shown in search results.
    package var text: [UInt8]

    package init(
        byteRange: Range<Int>, lineRange: ClosedRange<Int>, tokenCount: Int, isTruncated: Bool, text: [UInt8]
    ) {
        self.byteRange = byteRange
        self.lineRange = lineRange
        self.tokenCount = tokenCount
        self.isTruncated = isTruncated
        self.text = text
    }
}
