/// Reads texts and queries by the rules of an analyzer.
///
/// It holds a stemmer and scratch memory, so it belongs to one thread; make one for each.
package struct TermReader: ~Copyable {
    /// The rules.
    package let analyzer: Analyzer
    private let boundaries = WordBoundaries(.terms)
    private var analysis: WordAnalysis
    private var cache = TermCache()

    /// Makes a reader.
    ///
    /// - Throws: `LexiconError.languageMissing` where the program was built with an older Snowball.
    package init(_ analyzer: Analyzer) throws(LexiconError) {
        self.analyzer = analyzer
        analysis = try WordAnalysis(analyzer.language)
    }

    /// Appends the terms of a piece of a document, which may be any bytes.
    package mutating func append(_ text: Span<UInt8>, to list: inout TermList) {
        var scanner = WordScanner(boundaries)
        while let word = scanner.next(in: text) {
            if word.form == .plainCharacters {
                list.appendWord(text, word.range)
            } else if !cache.append(word.range, of: text, to: &list) {
                analysis.read(text.extracting(word.range), as: word.form)
                let terms = analysis.terms
                list.appendWord(terms.bytes[...], lengths: terms.lengths[...])
                cache.insert(word.range, of: text, terms)
            }
        }
    }

    /// The words of a query in their order, repeats too.
    package mutating func words(of query: [UInt8]) -> [QueryWord] {
        var words: [QueryWord] = []
        forEachWord(of: query.span) { range, terms in
            guard let primary = terms.first else { return }
            words.append(QueryWord(primary: primary, alternatives: Array(terms.dropFirst()), range: range))
        }
        return words
    }

    /// The ranges of the words of a text that have any of the terms, in their order, for marking them.
    ///
    /// Ranges that overlap, such as those of pairs of characters, become one.
    package mutating func matches(in text: [UInt8], of terms: Set<[UInt8]>) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        forEachWord(of: text.span) { range, found in
            guard found.contains(where: terms.contains) else { return }
            if let last = matches.last, last.upperBound > range.lowerBound {
                matches[matches.count - 1] = last.lowerBound..<range.upperBound
            } else {
                matches.append(range)
            }
        }
        return matches
    }

    private mutating func forEachWord(of text: Span<UInt8>, _ body: (Range<Int>, [[UInt8]]) -> Void) {
        var scanner = WordScanner(boundaries)
        while let word = scanner.next(in: text) {
            analysis.read(text.extracting(word.range), as: word.form)
            body(word.range, analysis.terms.terms)
        }
    }
}
