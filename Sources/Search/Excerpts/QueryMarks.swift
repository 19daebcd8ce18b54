package import Lexicon

/// What is marked in the text of a hit: the words and the phrases of its query.
package struct QueryMarks: Sendable {
    /// A word of the query.
    private struct Word {
        let word: QueryWord
        /// How much it tells.
        let weight: Double
    }

    private let words: [Word]
    private let phrases: [Phrase]

    /// Prepares for a query.
    ///
    /// A word of more than half of the passages, such as an article, tells nothing and is marked in phrases only, unless all words are
    /// so. Where nothing is known of the words, those of two characters or fewer take their place.
    ///
    /// - Parameters:
    ///   - words: the words that the query is ranked by.
    ///   - phrases: the phrases that a hit must have.
    ///   - known: what the index knows of the words, in the order of `words`; nil where it was not asked.
    package init(_ words: [QueryWord], _ phrases: [Phrase], _ known: [WordRarity]?) {
        let all = words.enumerated().map { place, word in
            let rarity = known?[place] ?? WordRarity(weight: 1, isCommon: word.primary.count <= 2)
            return (word: Word(word: word, weight: rarity.weight), isCommon: rarity.isCommon)
        }
        let telling = all.filter { !$0.isCommon }
        self.words = (telling.isEmpty ? all : telling).map(\.word)
        self.phrases = phrases
    }

    /// Looks for the marks in a text, and for the sentence that has the most of them.
    package func excerpt(of text: [UInt8], _ reader: inout TermReader) -> HitExcerpt {
        let terms = Set(words.flatMap { [$0.word.primary] + $0.word.alternatives })
        let found = terms.isEmpty ? [] : reader.occurrences(in: text, of: terms)
        let standing = Set(found.flatMap(\.terms))
        var marks: [(range: Range<Int>, word: Int)] = []
        for (number, word) in words.enumerated() {
            // The parts of an identifier are marked only where the whole stands nowhere, as they are ranked.
            let sought = standing.contains(word.word.primary) ? [word.word.primary] : word.word.alternatives
            guard !sought.isEmpty else { continue }
            for place in found where place.terms.contains(where: sought.contains) {
                marks.append((place.range, number))
            }
        }
        var places: [(range: Range<Int>, phrase: Int)] = []
        for (number, phrase) in phrases.enumerated() {
            for place in reader.places(of: phrase, in: text) { places.append((place, number)) }
        }
        return HitExcerpt(
            matches: HitExcerpt.joined(marks.map(\.range) + places.map(\.range)),
            sentence: bestSentence(of: text, marks, places))
    }

    /// A sentence with less than this share of what the query's words tell says little of why a passage was found.
    private static let leastShare = 0.25

    /// The sentence with the largest sum of the weights of its different words and phrases, and among equals the first.
    ///
    /// Where the meaning has found a passage and hardly any word stands in it, that is the first of all.
    private func bestSentence(
        of text: [UInt8], _ marks: [(range: Range<Int>, word: Int)], _ places: [(range: Range<Int>, phrase: Int)]
    ) -> Range<Int> {
        let sentences = Sentences.ranges(of: text)
        guard var best = sentences.first else { return 0..<0 }
        var most = Self.leastShare * words.reduce(0) { $0 + $1.weight }
        let unit = words.map(\.weight).max() ?? 1
        for sentence in sentences {
            let inside = Set(marks.filter { sentence.contains($0.range.lowerBound) }.map(\.word))
            let phrases = Set(places.filter { sentence.contains($0.range.lowerBound) }.map(\.phrase))
            let sum = inside.sorted().reduce(0) { $0 + words[$1].weight } + Double(phrases.count) * unit
            if sum > most { (best, most) = (sentence, sum) }
        }
        return best
    }
}
