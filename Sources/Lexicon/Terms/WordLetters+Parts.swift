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
        return properties[position - 1].isNumber && properties[position + 1].isNumber
    }

    /// Whether the characters are an identifier, which has no stem: there is a number or a connector.
    func isIdentifier(_ range: Range<Int>) -> Bool {
        range.contains { properties[$0].isNumber || isConnector($0) }
    }

    /// Whether numbers are at least half of the letters and numbers.
    func isMostlyNumbers(_ range: Range<Int>) -> Bool {
        var numbers = 0
        var letters = 0
        for position in range {
            if properties[position].isNumber { numbers += 1 }
            if properties[position].isLetter { letters += 1 }
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
        var previous: Int?
        for position in piece where !properties[position].isMark {
            if let previous, isBoundary(previous, position, piece.upperBound) {
                parts.append(start..<position)
                start = position
            }
            previous = position
        }
        parts.append(start..<piece.upperBound)
        return parts
    }

    private func isBoundary(_ previous: Int, _ position: Int, _ end: Int) -> Bool {
        if properties[previous].isNumber != properties[position].isNumber { return true }
        guard properties[position].isUppercase else { return false }
        guard properties[previous].isUppercase else { return properties[previous].isLowercase }
        var lowercase = 0
        for following in position + 1..<end where !properties[following].isMark {
            guard properties[following].isLowercase else { return false }
            lowercase += 1
            if lowercase == 2 { return true }
        }
        return false
    }

    /// What follows the first apostrophe, such as the word behind an article, when it has three characters or more.
    func afterApostrophe(_ piece: Range<Int>) -> Range<Int>? {
        guard let apostrophe = piece.first(where: { scalars[$0] == SpellingVariants.apostrophe }),
            piece.upperBound - apostrophe > 3
        else { return nil }
        return apostrophe + 1..<piece.upperBound
    }
}
