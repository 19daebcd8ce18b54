import Text

extension WordScanner {
    /// The pair of characters at `position`, or the one character of a run of one; nil behind the last pair of a run.
    ///
    /// Where no spaces separate words, overlapping pairs of characters take their place: they need no dictionary, and
    /// find a word wherever it begins. The single characters of longer runs are no terms: they would add 56 % to the
    /// postings of Chinese manual pages, and 60 % to those of Japanese ones.
    mutating func nextCharacters(in text: Span<UInt8>, _ script: WordProperties.UnspacedScript) -> ScannedWord? {
        let start = position
        let isInRun = run != nil
        var isPlain = true
        let middle = characterEnd(in: text, from: start, isPlain: &isPlain)
        position = middle
        guard middle < text.count,
            let next = boundaries.character(in: text, at: middle).properties.unspacedScript,
            let continued = Self.continued(run ?? script, by: next)
        else {
            run = nil
            return isInRun ? nil : ScannedWord(range: start..<middle, form: isPlain ? .plainCharacters : .characters)
        }
        run = continued
        let end = characterEnd(in: text, from: middle, isPlain: &isPlain)
        return ScannedWord(range: start..<end, form: isPlain ? .plainCharacters : .characters)
    }

    /// The end of a letter with its marks, or of a Hangul syllable that is written in parts.
    private func characterEnd(in text: Span<UInt8>, from start: Int, isPlain: inout Bool) -> Int {
        let first = boundaries.character(in: text, at: start)
        var end = start + first.length
        isPlain = isPlain && !first.properties.changes
        while end < text.count {
            let next = boundaries.character(in: text, at: end)
            switch next.wordBreak {
            case .extend, .format, .joiner: break
            default: guard next.properties.unspacedScript == .hangulTrail else { return end }
            }
            isPlain = false
            end += next.length
        }
        return end
    }

    /// The script of a run with one more character; nil when another script begins.
    private static func continued(
        _ script: WordProperties.UnspacedScript, by next: WordProperties.UnspacedScript
    ) -> WordProperties.UnspacedScript? {
        switch (script, next) {
        case (.hiragana, .kanaMark), (.katakana, .kanaMark): script
        case (.kanaMark, .hiragana), (.kanaMark, .katakana): next
        default: script == next ? script : nil
        }
    }
}
