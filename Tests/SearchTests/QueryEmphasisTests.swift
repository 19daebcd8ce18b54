import Search
import Testing

@Suite("The emphasis on words")
struct QueryEmphasisTests {
    /// The largest weight in 22,000 rows.
    private static let largest = 9.6

    @Test(
        "is 1 for a sentence, and more the fewer or the rarer the words are",
        arguments: [
            // A question of twelve words.
            (weight: 38, words: 12, expected: 1.0...1.05),
            // One of five.
            (18, 5, 1.5...2),
            // Two common words, and one.
            (8, 2, 3...3), (3, 1, 3...3),
            // Two rare words, and an identifier.
            (17, 2, 5...5), (9.6, 1, 5...5),
            // Words that nobody has used.
            (0, 0, 1...1),
        ] as [(Double, Double, ClosedRange<Double>)])
    func factors(weight: Double, words: Double, expected: ClosedRange<Double>) {
        #expect(expected.contains(QueryEmphasis(weight: weight, words: words, largest: Self.largest).factor))
    }

    @Test("in a small collection rarity alone says little")
    func small() {
        // The largest weight in ten rows.
        #expect(QueryEmphasis(weight: 8.8, words: 4, largest: 2.2).factor < 1.1)
    }
}
