/// The terms of a text in the order of its words, each as often as it occurs.
///
/// All terms lie in one array of bytes, because a passage has hundreds of them.
package struct TermList: Sendable, Hashable, RandomAccessCollection {
    /// The bytes of all terms, one after another.
    package private(set) var bytes: [UInt8] = []
    /// The end of each term in `bytes`.
    package private(set) var ends: [Int] = []
    /// The number of words, which is the length of the text for BM25: other spellings and parts do not count.
    package private(set) var wordCount = 0

    package init() {}

    package var startIndex: Int { 0 }
    package var endIndex: Int { ends.count }

    /// The bytes of the term at `position`.
    package subscript(position: Int) -> ArraySlice<UInt8> { bytes[range(of: position)] }

    /// Where the bytes of the term at `position` lie in `bytes`.
    package func range(of position: Int) -> Range<Int> {
        (position == 0 ? 0 : ends[position - 1])..<ends[position]
    }

    /// Makes the list empty for the next text, and keeps its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        wordCount = 0
    }

    /// Appends the terms of one word, whose bytes lie one after another.
    mutating func appendWord(_ terms: ArraySlice<UInt8>, lengths: ArraySlice<UInt8>) {
        var end = bytes.count
        bytes.append(contentsOf: terms)
        for length in lengths {
            end += Int(length)
            ends.append(end)
        }
        wordCount += 1
    }

    /// Appends a word whose only term are the bytes of `range` in `text`.
    mutating func appendWord(_ text: Span<UInt8>, _ range: Range<Int>) {
        for position in range { bytes.append(text[position]) }
        ends.append(bytes.count)
        wordCount += 1
    }
}
