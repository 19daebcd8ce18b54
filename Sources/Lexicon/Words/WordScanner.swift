import Text

/// Finds the words of a text one after another: words, compounds, and pairs of characters where no spaces separate words.
struct WordScanner {
    let boundaries: WordBoundaries
    private let traits = ByteTraits.table
    /// Where the next word is looked for.
    var position = 0
    /// The end of words joined by connectors that are no compound: up to there each is a word of its own.
    private var separateEnd = 0
    /// The script of the run that the character before `position` belongs to.
    var run: WordProperties.UnspacedScript?

    init(_ boundaries: WordBoundaries) {
        self.boundaries = boundaries
    }

    /// The next word; nil at the end of the text.
    mutating func next(in text: Span<UInt8>) -> ScannedWord? {
        while position < text.count {
            let first = traits[Int(text[position])]
            if first == .letter, let end = plainEnd(in: text) {
                defer { position = end }
                return ScannedWord(range: position..<end, form: .word)
            }
            guard !first.isDisjoint(with: .wordStart) else {
                position &+= 1
                continue
            }
            if first == .nonASCII {
                let character = boundaries.character(in: text, at: position)
                if let script = character.properties.unspacedScript {
                    if let word = nextCharacters(in: text, script) { return word }
                    continue
                }
            }
            if let word = nextWord(in: text) { return word }
        }
        return nil
    }

    /// The end of a word of ASCII letters with nothing behind it that could belong to it; nil for any other word.
    ///
    /// Nearly all words of English prose are such.
    @inline(__always)
    private func plainEnd(in text: Span<UInt8>) -> Int? {
        var end = position &+ 1
        while end < text.count, traits[Int(text[end])] == .letter { end &+= 1 }
        guard end < text.count else { return end }
        switch traits[Int(text[end])] {
        case []: return end
        case .connector where text[end] != Connector.colon.rawValue && end &- position > 1, .apostrophe:
            return end &+ 1 == text.count || traits[Int(text[end &+ 1])].isDisjoint(with: .wordStart) ? end : nil
        default: return nil
        }
    }

    /// The word or compound at `position`; nil when there is only something else, which is passed over.
    private mutating func nextWord(in text: Span<UInt8>) -> ScannedWord? {
        let start = position
        let first = boundaries.segment(of: text, from: start)
        position = first.end
        guard first.isWord else { return nil }
        if start >= separateEnd {
            var end = first.end
            var isCompound = first.isIdentifier
            while let link = link(in: text, at: end, from: start) {
                isCompound = isCompound || link.makesCompound
                end = link.end
            }
            if isCompound { position = end } else { separateEnd = end }
            if end == start + 1 { position += signs(in: text, at: end) }
        }
        return ScannedWord(range: start..<position, form: .word)
    }

    /// The number of signs that belong to the single letter before them, as in `C++` and `C#`.
    private func signs(in text: Span<UInt8>, at end: Int) -> Int {
        guard traits[Int(text[end - 1])] == .letter, end < text.count else { return 0 }
        switch Connector(rawValue: text[end]) {
        case .hash: return 1
        case .plus: return end + 1 < text.count && text[end + 1] == text[end] ? 2 : 0
        default: return 0
        }
    }

    /// The connector at the end of a word and the word that it leads to.
    private struct Link {
        let end: Int
        let makesCompound: Bool
    }

    private func link(in text: Span<UInt8>, at end: Int, from start: Int) -> Link? {
        guard end < text.count, let (connector, length) = connector(in: text, at: end) else { return nil }
        let next = end + length
        guard next < text.count else { return nil }
        if connector == .comma, !separatesThousands(in: text, at: end, from: start) { return nil }
        switch traits[Int(text[next])] {
        case .letter, .digit, .underscore: break
        case .nonASCII:
            let properties = boundaries.character(in: text, at: next).properties
            guard properties.isLetter || properties.isNumber, properties.unspacedScript == nil else { return nil }
        default: return nil
        }
        let segment = boundaries.segment(of: text, from: next)
        guard segment.isWord else { return nil }
        // "::", the only connector of two characters, names the parts of programs.
        let makesCompound = connector.makesCompound || connector == .colon && length == 2
        return Link(end: segment.end, makesCompound: makesCompound || segment.isIdentifier)
    }

    private func connector(in text: Span<UInt8>, at position: Int) -> (Connector, length: Int)? {
        let (scalar, length) = text.decodeScalar(at: position)
        let plain = scalar < 0x80 ? scalar : SpellingVariants.plain(scalar) ?? 0
        // An underscore is part of the words around it.
        guard let connector = Connector(rawValue: UInt8(truncatingIfNeeded: plain)), connector != .underscore else {
            return nil
        }
        let isDouble = scalar == 0x3A && position + 1 < text.count && text[position + 1] == 0x3A
        return (connector, isDouble ? 2 : length)
    }

    /// Whether one to three digits stand before the comma and exactly three behind it.
    ///
    /// Other commas between digits separate words, or a line of a table would be one compound.
    private func separatesThousands(in text: Span<UInt8>, at comma: Int, from start: Int) -> Bool {
        func isDigit(_ position: Int) -> Bool { position < text.count && traits[Int(text[position])] == .digit }
        var first = comma
        while first > start, comma - first < 4, isDigit(first - 1) { first -= 1 }
        guard 1...3 ~= comma - first, first == start || text[first - 1] == Connector.comma.rawValue,
            isDigit(comma + 1), isDigit(comma + 2), isDigit(comma + 3)
        else { return false }
        return comma + 4 == text.count || traits[Int(text[comma + 4])].isDisjoint(with: .wordStart)
    }
}
