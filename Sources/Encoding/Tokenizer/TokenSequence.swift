/// One input of the model: [CLS], the tokens of a text, [SEP].
package struct TokenSequence: Sendable, Hashable {
    /// The token ids, both special ones included.
    package let ids: [Int32]
    /// Whether tokens of the text were cut off on the right.
    package let isTruncated: Bool

    package init(ids: [Int32], isTruncated: Bool) {
        self.ids = ids
        self.isTruncated = isTruncated
    }
}
