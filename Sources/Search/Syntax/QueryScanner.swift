/// Divides a query into its parts, from left to right and without going back further than to the beginning of a part.
struct QueryScanner {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The next part; nil at the end.
    mutating func next(_ isField: (String) -> Bool) -> QueryPart? {
        while position < scalars.count, isSpace(position) { position += 1 }
        guard position < scalars.count else { return nil }
        // What follows a closing quote without a space is no operator.
        if position == 0 || isSpace(position - 1), let (part, end) = condition(isField) {
            position = end
            return part
        }
        let end = endOfRun(from: position)
        defer { position = end }
        return .plain(text(position..<end), hasWord: hasWord(position..<end))
    }

    /// The condition that begins here, and its end.
    private func condition(_ isField: (String) -> Bool) -> (QueryPart, Int)? {
        let isSigned = scalars[position] == "+" || scalars[position] == "-"
        let isExcluded = scalars[position] == "-"
        let start = position + (isSigned ? 1 : 0)
        if let (range, end) = quoted(from: start) {
            guard hasWord(range) else { return nil }
            return (.passage(PassageCondition(text(range), isPhrase: true, isExcluded: isExcluded)), end)
        }
        if let (field, end) = field(from: start, isExcluded: isExcluded, isField) { return (.field(field), end) }
        guard isSigned, start < scalars.count, !Self.noStart.contains(scalars[start]) else { return nil }
        let end = endOfRun(from: start)
        // `+.NET` and `+$100` are words with a sign before them.
        guard hasWord(start..<end) else { return nil }
        return (.passage(PassageCondition(text(start..<end), isExcluded: isExcluded)), end)
    }

    /// What no sought word begins with after `+` or `-`: longer options, arrows, and quotes that are not closed.
    private static let noStart = Set("+-<>=\"".unicodeScalars)

    /// What stands between the quote at a position and the next one, and the position after that.
    private func quoted(from start: Int) -> (Range<Int>, Int)? {
        guard start < scalars.count, scalars[start] == "\"",
            let end = scalars[(start + 1)...].firstIndex(of: "\"")
        else { return nil }
        return (start + 1..<end, end + 1)
    }

    /// The field that begins at a position, and its end.
    ///
    /// A key may have a colon in it, so the longest name that is a field is meant.
    private func field(
        from start: Int, isExcluded: Bool, _ isField: (String) -> Bool
    ) -> (FieldCondition, Int)? {
        var colons: [Int] = []
        var place = start
        while place < scalars.count, !isSpace(place), scalars[place] != "\"", colons.count < Self.colonLimit {
            if scalars[place] == ":", place > start { colons.append(place) }
            place += 1
        }
        for colon in colons.reversed() {
            let value = colon + 1
            guard value < scalars.count, !isSpace(value) else { continue }
            let name = text(start..<colon)
            guard isField(name) else { continue }
            let (range, end, isQuoted) =
                quoted(from: value).map { ($0, $1, true) }
                ?? (value..<endOfRun(from: value), endOfRun(from: value), false)
            // A quote that is not closed begins no value.
            guard isQuoted || scalars[value] != "\"" else { return nil }
            let condition = FieldCondition(name, text(range), isQuoted: isQuoted, isExcluded: isExcluded)
            guard isValue(condition.value, of: name) else { return nil }
            return (condition, end)
        }
        return nil
    }

    /// Names of fields have fewer colons; more would take quadratic time.
    private static let colonLimit = 8

    private func isValue(_ value: String, of name: String) -> Bool {
        switch DocumentField(rawValue: name) {
        case .path: !value.isEmpty && value != "!"
        case .document: !value.isEmpty
        case nil: true
        }
    }

    private func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    private func endOfRun(from start: Int) -> Int {
        scalars[start...].indices.first { isSpace($0) } ?? scalars.count
    }

    private func isSpace(_ place: Int) -> Bool { scalars[place].properties.isWhitespace }

    private func hasWord(_ range: Range<Int>) -> Bool { scalars[range].contains(where: isWord) }

    /// Whether a word can begin with a character.
    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: scalar == "_"
        }
    }
}
