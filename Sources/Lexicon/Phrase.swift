/// Words that a text must have one after another, compared as they are folded, not by their stems.
///
/// A word of the text also counts without its accents, so that `cafe` finds `café`, as terms do (Terms.md). Words are whole: a part of
/// an identifier is none. What stands between two words does not matter.
package struct Phrase: Sendable, Hashable {
    /// The words, case-folded.
    package let words: [[UInt8]]
    /// Their primary terms, which every text with the phrase has.
    package let terms: [[UInt8]]
    private let probe: PhraseProbe?

    init(words: [[UInt8]], terms: [[UInt8]]) {
        self.words = words
        self.terms = terms
        probe = PhraseProbe(words)
    }

    /// Whether a text can have the phrase: false for nearly all that do not, at a tenth of the time that finding it takes.
    package func mayStand(in text: [UInt8]) -> Bool { probe?.accepts(text.span) ?? true }
}

extension TermReader {
    /// Reads a phrase.
    package mutating func phrase(_ text: [UInt8]) -> Phrase {
        var folded: [[UInt8]] = []
        var scanner = WordScanner(boundaries)
        while let scanned = scanner.next(in: text.span) {
            let word = analysis.folded(text.span.extracting(scanned.range), as: scanned.form).whole
            if !word.isEmpty { folded.append(word) }
        }
        return Phrase(words: folded, terms: words(of: text).map(\.primary))
    }

    /// Where a phrase stands in a text: each place from its first word to the end of its last.
    package mutating func places(of phrase: Phrase, in text: [UInt8]) -> [Range<Int>] {
        var places: [Range<Int>] = []
        forEachPlace(of: phrase, in: text) { place in
            places.append(place)
            return true
        }
        return places
    }

    /// Whether a phrase stands in a text; one without words stands in every text.
    package mutating func stands(_ phrase: Phrase, in text: [UInt8]) -> Bool {
        guard !phrase.words.isEmpty else { return true }
        guard phrase.mayStand(in: text) else { return false }
        var isFound = false
        forEachPlace(of: phrase, in: text) { _ in
            isFound = true
            return false
        }
        return isFound
    }

    private mutating func forEachPlace(of phrase: Phrase, in text: [UInt8], _ body: (Range<Int>) -> Bool) {
        guard let first = phrase.words.first else { return }
        // The places where it has begun, with the number of its words there.
        var begun: [(start: Int, count: Int)] = []
        var scanner = WordScanner(boundaries)
        while let scanned = scanner.next(in: text.span) {
            let word = text.span.extracting(scanned.range)
            // Nothing is left of characters that have no shape: such a word does not stand between others.
            guard let isFirst = analysis.isWord(word, as: scanned.form, first) else { continue }
            guard isFirst || !begun.isEmpty else { continue }
            var next: [(start: Int, count: Int)] = []
            for (start, count) in begun where analysis.isWord(word, as: scanned.form, phrase.words[count]) == true {
                next.append((start, count + 1))
            }
            if isFirst { next.append((scanned.range.lowerBound, 1)) }
            if let whole = next.first, whole.count == phrase.words.count {
                next.removeFirst()
                guard body(whole.start..<scanned.range.upperBound) else { return }
            }
            begun = next
        }
    }
}
