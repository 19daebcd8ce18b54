/// Reads texts and queries by the rules of an analyzer.
///
/// It holds a stemmer and scratch memory, so it belongs to one thread; make one for each.
package struct TermReader: ~Copyable {
    /// The rules.
    package let analyzer: Analyzer
    let boundaries = WordBoundaries(.terms)
    var analysis: WordAnalysis
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

    /// The words of a text that have any of some terms, in their order, with those of the terms that they have.
    ///
    /// The ranges of words can overlap, as those of pairs of characters do.
    package mutating func occurrences(
        in text: [UInt8], of terms: Set<[UInt8]>
    ) -> [(range: Range<Int>, terms: [[UInt8]])] {
        var occurrences: [(range: Range<Int>, terms: [[UInt8]])] = []
        forEachWord(of: text.span) { range, found in
            let wanted = found.filter(terms.contains)
            if !wanted.isEmpty { occurrences.append((range, wanted)) }
        }
        return occurrences
    }

    private mutating func forEachWord(of text: Span<UInt8>, _ body: (Range<Int>, [[UInt8]]) -> Void) {
        var scanner = WordScanner(boundaries)
        while let word = scanner.next(in: text) {
            analysis.read(text.extracting(word.range), as: word.form)
            body(word.range, analysis.terms.terms)
        }
    }
}
