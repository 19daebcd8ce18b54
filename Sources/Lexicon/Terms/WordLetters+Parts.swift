import Text

extension WordLetters {
    /// The connector at a position; nil for letters, numbers and marks.
    private func connector(at position: Int) -> Connector? {
        scalars[position] < 0x80 ? Connector(rawValue: UInt8(scalars[position])) : nil
    }

    /// Whether the character connects parts: a connector, or an apostrophe between numbers.
    func isConnector(_ position: Int) -> Bool {
        if connector(at: position) != nil { return true }
        guard scalars[position] == SpellingVariants.apostrophe, position > 0, position + 1 < count else { return false }
        return properties[position - 1].kind == .number && properties[position + 1].kind == .number
    }

    /// Whether the characters are an identifier, which has no stem: there is a number or a connector.
    func isIdentifier(_ range: Range<Int>) -> Bool {
        range.contains { properties[$0].kind == .number || isConnector($0) }
    }

    /// Whether numbers are at least half of the letters and numbers.
    func isMostlyNumbers(_ range: Range<Int>) -> Bool {
        var numbers = 0
        var letters = 0
        for position in range {
            switch properties[position].kind {
            case .number: numbers += 1
            case .letter, .lowercase, .uppercase: letters += 1
            case .other, .mark, .accent, .ignorable: break
            }
        }
        return numbers > 0 && numbers >= letters
    }

    /// The names of a compound, such as the folders of a path: what lies between connectors that separate names.
    func names(_ range: Range<Int>) -> [Range<Int>] {
        split(range) { connector(at: $0)?.separatesNames == true }
    }

    /// What lies between all connectors.
    func pieces(_ range: Range<Int>) -> [Range<Int>] {
        split(range, isConnector)
    }

    private func split(_ range: Range<Int>, _ separates: (Int) -> Bool) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for position in range where separates(position) {
            if position > start { parts.append(start..<position) }
            start = position + 1
        }
        if range.upperBound > start { parts.append(start..<range.upperBound) }
        return parts
    }

    /// The parts of a piece: letters and numbers, and the words of a name in camel case.
    ///
    /// A capital begins a word behind a lower-case letter, and as the last capital of several when two lower-case
    /// letters follow: `getUserName`, `HTTPServer`, but not `PDFs`.
    func parts(_ piece: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = piece.lowerBound
        var previous: WordProperties.Kind?
        for position in piece {
            let kind = properties[position].kind
            guard kind != .mark, kind != .accent else { continue }
            if let previous, position > start, isBoundary(previous, kind, position, piece.upperBound) {
                parts.append(start..<position)
                start = position
            }
            previous = kind
        }
        parts.append(start..<piece.upperBound)
        return parts
    }

    private func isBoundary(
        _ previous: WordProperties.Kind, _ kind: WordProperties.Kind, _ position: Int, _ end: Int
    ) -> Bool {
        if (previous == .number) != (kind == .number) { return true }
        guard kind == .uppercase else { return false }
        guard previous == .uppercase else { return previous == .lowercase }
        let following = (position + 1..<end).lazy.map { self.properties[$0].kind }.filter {
            $0 != .mark && $0 != .accent
        }
        return following.prefix(2).elementsEqual([.lowercase, .lowercase])
    }

    /// What follows the first apostrophe, such as the word behind an article, when it has three characters or more.
    func afterApostrophe(_ piece: Range<Int>) -> Range<Int>? {
        guard let apostrophe = piece.first(where: { scalars[$0] == SpellingVariants.apostrophe }),
            piece.upperBound - apostrophe > 3
        else { return nil }
        return apostrophe + 1..<piece.upperBound
    }
}
