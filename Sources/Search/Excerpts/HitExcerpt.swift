/// Where the words of a query stand in the text of a hit, and the sentence that shows best why it was found.
package struct HitExcerpt: Sendable, Equatable {
    /// The bytes of the text that are marked, in their order; those that touch are one.
    package let matches: [Range<Int>]
    /// The bytes of the sentence.
    package let sentence: Range<Int>

    package init(matches: [Range<Int>], sentence: Range<Int>) {
        self.matches = matches
        self.sentence = sentence
    }

    /// Ranges in their order, with those that overlap as one.
    static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, last.upperBound > range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
