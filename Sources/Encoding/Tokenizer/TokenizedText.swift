/// The tokens of a text, with the bytes each came from.
///
/// Parallel arrays rather than an array of structures: a passage copies a slice of `ids` and looks at the offsets of a few
/// tokens only. A token takes 13 bytes.
package struct TokenizedText: Sendable, Equatable {
    /// The token ids, without [CLS] and [SEP].
    package internal(set) var ids: [Int32] = []
    /// Per token the byte of the text at which its first character begins; exact below 4 GiB.
    package internal(set) var starts: [UInt32] = []
    /// Per token the byte after its last character.
    ///
    /// Two tokens overlap where one character gave both, such as a Hangul syllable.
    package internal(set) var ends: [UInt32] = []
    /// Per token whether a word begins with it: text may be cut before such a token without changing any id.
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
    /// The token ids, both special ones included.
    package let ids: [Int32]
    /// Whether tokens of the text were cut off on the right.
    package let isTruncated: Bool

    package init(ids: [Int32], isTruncated: Bool) {
        self.ids = ids
        self.isTruncated = isTruncated
    }
}
