/// The tokens of a text, with the bytes that each came from.
///
/// It uses parallel arrays rather than an array of structures, because a passage copies a slice of `ids` and reads the
/// offsets of only a few tokens. A token takes 13 bytes.
package struct TokenizedText: Sendable, Equatable {
    /// The token ids, without [CLS] and [SEP].
    package internal(set) var ids: [Int32] = []
    /// For each token, the byte of the text where its first character begins; exact below 4 GiB.
    package internal(set) var starts: [UInt32] = []
    /// For each token, the byte after its last character.
    ///
    /// Two tokens overlap when they come from the same character, such as a Hangul syllable.
    package internal(set) var ends: [UInt32] = []
    /// For each token, whether it begins a word: cutting the text before such a token changes no id.
    package internal(set) var wordStarts: [Bool] = []

    /// The number of tokens.
    package var count: Int { ids.count }

    package init() {}

    mutating func append(_ id: Int32, from start: Int, to end: Int, isWordStart: Bool) {
        ids.append(id)
        starts.append(UInt32(truncatingIfNeeded: start))
        ends.append(UInt32(truncatingIfNeeded: end))
        wordStarts.append(isWordStart)
    }

    mutating func removeAll(keepingCapacity: Bool) {
        ids.removeAll(keepingCapacity: keepingCapacity)
        starts.removeAll(keepingCapacity: keepingCapacity)
        ends.removeAll(keepingCapacity: keepingCapacity)
        wordStarts.removeAll(keepingCapacity: keepingCapacity)
    }

    mutating func removeLast(_ tokens: Int) {
        ids.removeLast(tokens)
        starts.removeLast(tokens)
        ends.removeLast(tokens)
        wordStarts.removeLast(tokens)
    }
}

/// One input of the model: [CLS], the tokens of a text, [SEP].
package struct TokenSequence: Sendable, Hashable {
    /// The token ids, including both special ones.
    package let ids: [Int32]
    /// Whether tokens of the text were truncated on the right.
    package let isTruncated: Bool

    package init(ids: [Int32], isTruncated: Bool) {
        self.ids = ids
        self.isTruncated = isTruncated
    }
}
