package import Lexicon

/// A condition on the words of a passage, read by the rules of an index.
///
/// A word stands in a passage that has its primary term: the stem, or the identifier whole. So `+running` finds `runs`, and `+ssl`
/// finds `ERR_SSL_VERSION`, as in a search by words. A phrase, and what is typed as one word and read as several, such as
/// `+well-known`, stands there when its folded words follow one another.
package struct PassageTest: Sendable, Equatable {
    /// What must stand in the passage, or must not.
    package enum Wanted: Sendable, Equatable {
        case term([UInt8])
        case phrase(Phrase)
    }

    package let wanted: Wanted
    /// Whether no passage that has it is found.
    package let isExcluded: Bool

    /// Reads a condition.
    ///
    /// - Returns: nil for one without a word, which says nothing.
    package init?(_ condition: PassageCondition, _ reader: inout TermReader) {
        let text = Array(condition.text.utf8)
        let words = reader.words(of: text)
        guard let first = words.first else { return nil }
        wanted =
            condition.isPhrase || words.count > 1 ? .phrase(reader.phrase(text)) : .term(first.primary)
        isExcluded = condition.isExcluded
    }

    /// The terms of every passage that has it.
    var terms: [[UInt8]] {
        switch wanted {
        case .term(let term): [term]
        case .phrase(let phrase): phrase.terms
        }
    }

    /// Whether the terms do not decide.
    var needsText: Bool {
        if case .phrase = wanted { true } else { false }
    }

    /// Whether a passage meets it, by its text.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - list: its terms, read when a condition needs them.
    ///   - reader: reads by the rules of the index.
    /// - Returns: true when it does.
    package func holds(
        for text: [UInt8], _ list: inout TermList?, _ reader: inout TermReader
    ) -> Bool {
        switch wanted {
        case .phrase(let phrase): return reader.stands(phrase, in: text) != isExcluded
        case .term(let term):
            var terms = list ?? TermList()
            if list == nil { reader.append(text.span, to: &terms) }
            list = terms
            return terms.contains { $0.elementsEqual(term) } != isExcluded
        }
    }
}
