import Text

/// Makes the terms of one word; it belongs to one thread, as its stemmer does.
struct WordAnalysis: ~Copyable {
    private var stemmer: Stemmer?
    private var letters = WordLetters()
    /// The term that is being made.
    private var term: [UInt8] = []
    /// The terms of the word that was read last.
    private(set) var terms = WordTerms()

    init(_ language: Language) throws(LexiconError) {
        if language == .none {
            stemmer = nil
        } else {
            guard let stemmer = Stemmer(language) else { throw .languageMissing(language) }
            self.stemmer = consume stemmer
        }
    }

    /// Reads a piece of a text.
    mutating func read(_ text: Span<UInt8>, as form: ScannedWord.Form) {
        terms.removeAll()
        guard text.count <= TermLength.wordLimit else {
            terms.append(TermLength.shortened(text))
            return
        }
        if form == .word, readPlain(text) { return }
        letters.read(text)
        let whole = 0..<letters.count
        switch form {
        case .word: readWord(whole)
        case .characters, .plainCharacters:
            letters.fold(whole, into: &term)
            terms.append(term)
        }
    }

    /// The folded characters of a piece of a text, and the same without accents where there are any, as terms are before stemming.
    mutating func folded(_ text: Span<UInt8>, as form: ScannedWord.Form) -> (whole: [UInt8], bare: [UInt8]?) {
        let isLong = text.count > TermLength.wordLimit
        var whole: [UInt8] = []
        var isASCII = true
        for position in 0..<text.count {
            let byte = text[position]
            isASCII = isASCII && byte < 0x80
            whole.append(byte &- UInt8(ascii: "A") < 26 && !isLong ? byte | 0x20 : byte)
        }
        guard !isASCII, !isLong else { return (whole, nil) }
        letters.read(text)
        letters.fold(0..<letters.count, into: &whole)
        guard form == .word, letters.isAccented else { return (whole, nil) }
        var bare: [UInt8] = []
        letters.fold(0..<letters.count, omitting: .accents, into: &bare)
        return (whole, bare)
    }

    /// Whether a piece of a text is a word of a phrase, with its accents or without; nil where nothing is left when it is folded.
    mutating func isWord(_ text: Span<UInt8>, as form: ScannedWord.Form, _ word: [UInt8]) -> Bool? {
        // Nearly all words are of ASCII characters, which need no memory.
        var isSame = text.count == word.count && text.count <= TermLength.wordLimit
        for position in 0..<text.count {
            let byte = text[position]
            guard byte < 0x80 else {
                let (whole, bare) = folded(text, as: form)
                return whole.isEmpty ? nil : whole == word || bare == word
            }
            isSame = isSame && (byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte) == word[position]
        }
        return text.count <= TermLength.wordLimit ? isSame : folded(text, as: form).whole == word
    }

    /// Reads a word of ASCII letters that has one term; false for any other, which takes ten times as long.
    private mutating func readPlain(_ text: Span<UInt8>) -> Bool {
        term.removeAll(keepingCapacity: true)
        var capitals = 0
        for position in 0..<text.count {
            let byte = text[position]
            guard byte | 0x20 &- UInt8(ascii: "a") < 26 else { return false }
            capitals += byte & 0x20 == 0 ? 1 : 0
            term.append(byte | 0x20)
        }
        // Capitals elsewhere than at the beginning may begin parts.
        guard capitals == 0 || capitals == text.count || capitals == 1 && text[0] & 0x20 == 0 else { return false }
        stemmer?.stem(&term)
        terms.append(term)
        return true
    }

    private mutating func readWord(_ whole: Range<Int>) {
        let pieces = letters.pieces(whole)
        guard pieces != [whole] else {
            appendPiece(whole)
            return
        }
        appendName(whole)
        for name in letters.names(whole) where name != whole && letters.pieces(name) != [name] { appendName(name) }
        for piece in pieces where isPart(piece) { appendPiece(piece) }
    }

    /// Appends a compound as it is; if it is mostly digits, also without connectors, as people write such numbers.
    private mutating func appendName(_ name: Range<Int>) {
        append(name, isStemmed: false)
        if letters.isMostlyNumbers(name) { append(name, omitting: .connectors, isStemmed: false) }
    }

    /// Appends what has no connectors, and the parts that people see in it.
    private mutating func appendPiece(_ piece: Range<Int>) {
        append(piece, isStemmed: !letters.isIdentifier(piece))
        let parts = letters.parts(piece)
        for part in parts where parts.count > 1 && isPart(part) { append(part, isStemmed: !letters.isIdentifier(part)) }
        if let rest = letters.afterApostrophe(piece) { append(rest, isStemmed: !letters.isIdentifier(rest)) }
    }

    /// Whether a part says anything: a single ASCII character does not.
    private func isPart(_ part: Range<Int>) -> Bool {
        part.count > 1 || letters.scalars[part.lowerBound] >= 0x80
    }

    /// Appends the folded characters, and the same without accents where there are any.
    private mutating func append(
        _ characters: Range<Int>, omitting omissions: WordLetters.Omissions = [], isStemmed: Bool
    ) {
        letters.fold(characters, omitting: omissions, into: &term)
        if isStemmed { stemmer?.stem(&term) }
        terms.append(term)
        guard letters.isAccented, !omissions.contains(.accents) else { return }
        append(characters, omitting: omissions.union(.accents), isStemmed: isStemmed)
    }
}
