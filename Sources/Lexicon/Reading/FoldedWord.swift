/// A word of a text as it is compared in phrases.
struct FoldedWord {
    let range: Range<Int>
    /// Its case-folded characters.
    let folded: [UInt8]
    /// The same without accents, where it has any.
    let bare: [UInt8]?

    /// Whether it is a word of a phrase.
    func `is`(_ word: [UInt8]) -> Bool { folded == word || bare == word }
}

extension TermReader {
    /// Passes the words of a text to `body` in their order until it returns false.
    mutating func forEachFoldedWord(of text: Span<UInt8>, _ body: (FoldedWord) -> Bool) {
        var scanner = WordScanner(boundaries)
        while let scanned = scanner.next(in: text) {
            let (folded, bare) = analysis.folded(text.extracting(scanned.range), as: scanned.form)
            // Nothing is left of characters that have no shape.
            guard !folded.isEmpty else { continue }
            guard body(FoldedWord(range: scanned.range, folded: folded, bare: bare)) else { return }
        }
    }
}
