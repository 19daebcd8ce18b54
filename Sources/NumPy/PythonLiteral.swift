/// A Python literal, limited to what the header of a NumPy file can contain.
enum PythonLiteral: Equatable {
    /// A dictionary key and its value.
    struct Pair: Equatable {
        let key: PythonLiteral
        let value: PythonLiteral
    }

    case text(String)
    case integer(Int)
    case boolean(Bool)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dictionary([Pair])
    /// None, bytes, and numbers that do not fit an `Int`.
    case other

    /// The text is not a literal.
    struct Failure: Error {}
}

/// Parses a Python literal like `ast.literal_eval`, with which NumPy reads the header of a file.
///
/// NumPy itself writes headers in one way, but it also accepts those of other programs: other quotes and prefixes,
/// numbers with underscores, comments. This parser refuses what Python refuses.
struct PythonLiteralParser {
    /// Python's own limit.
    private static let deepestNesting = 200

    private let text: [Unicode.Scalar]
    /// Whether whole numbers may end in L, as in files of Python 2.
    private let takesLongNumbers: Bool
    private var position = 0
    private var depth = 0

    /// Starts at the beginning of the text; `takesLongNumbers` says whether `3L` is a number.
    init(_ text: [Unicode.Scalar], takesLongNumbers: Bool) {
        self.text = text
        self.takesLongNumbers = takesLongNumbers
    }

    /// Parses the whole text as one literal.
    mutating func literal() throws(PythonLiteral.Failure) -> PythonLiteral {
        while let next = peek(), next == " " || next == "\t" { position += 1 }
        try skipBlankLines()
        let value = try value()
        skipSpaces()
        if peek() != nil { try expectLineEnd() }
        try skipBlankLines()
        guard peek() == nil else { throw PythonLiteral.Failure() }
        return value
    }

    private mutating func value() throws(PythonLiteral.Failure) -> PythonLiteral {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting, let first = peek() else { throw PythonLiteral.Failure() }
        switch first {
        case "(": return try parenthesized()
        case "[": return .list(try items(until: "]").values)
        case "{": return try dictionary()
        case "'", "\"": return try strings()
        case "0"..."9": return try number()
        case "+", "-":
            position += 1
            skipSpaces(acrossLines: depth > 1)
            let number = try number()
            guard first == "-", case .integer(let value) = number else { return number }
            return .integer(-value)
        default: return try word()
        }
    }

    private mutating func parenthesized() throws(PythonLiteral.Failure) -> PythonLiteral {
        let (values, hasComma) = try items(until: ")")
        return values.count == 1 && !hasComma ? values[0] : .tuple(values)
    }

    /// The values between brackets, and whether there is a comma among them.
    private mutating func items(
        until bracket: Unicode.Scalar
    ) throws(PythonLiteral.Failure) -> (values: [PythonLiteral], hasComma: Bool) {
        position += 1
        var values: [PythonLiteral] = []
        var hasComma = false
        while true {
            skipSpaces(acrossLines: true)
            if take(bracket) { return (values, hasComma) }
            guard values.isEmpty || hasComma else { throw PythonLiteral.Failure() }
            values.append(try nested())
            guard take(",") else {
                guard take(bracket) else { throw PythonLiteral.Failure() }
                return (values, hasComma)
            }
            hasComma = true
        }
    }

    private mutating func dictionary() throws(PythonLiteral.Failure) -> PythonLiteral {
        position += 1
        var pairs: [PythonLiteral.Pair] = []
        while true {
            skipSpaces(acrossLines: true)
            if take("}") { return .dictionary(pairs) }
            let key = try nested()
            guard take(":") else { throw PythonLiteral.Failure() }
            skipSpaces(acrossLines: true)
            pairs.append(.init(key: key, value: try nested()))
            if take(",") { continue }
            guard take("}") else { throw PythonLiteral.Failure() }
            return .dictionary(pairs)
        }
    }

    /// A value within brackets, and the space after it.
    private mutating func nested() throws(PythonLiteral.Failure) -> PythonLiteral {
        depth += 1
        defer { depth -= 1 }
        let value = try value()
        skipSpaces(acrossLines: true)
        return value
    }

    private mutating func word() throws(PythonLiteral.Failure) -> PythonLiteral {
        let start = position
        while let next = peek(), Self.isPartOfName(next) { position += 1 }
        let word = String(String.UnicodeScalarView(text[start..<position]))
        if peek() == "'" || peek() == "\"" {
            position = start
            return try strings()
        }
        switch word {
        case "True": return .boolean(true)
        case "False": return .boolean(false)
        case "None": return .other
        default: throw PythonLiteral.Failure()
        }
    }

    /// One string or several, which Python joins.
    private mutating func strings() throws(PythonLiteral.Failure) -> PythonLiteral {
        var joined = ""
        var isBytes: Bool?
        repeat {
            var scanner = PythonStringScanner(text, at: position)
            let piece = try scanner.string()
            position = scanner.position
            guard isBytes ?? piece.isBytes == piece.isBytes else { throw PythonLiteral.Failure() }
            isBytes = piece.isBytes
            joined += piece.text
            skipSpaces(acrossLines: depth > 1)
        } while PythonStringScanner.beginsString(text, at: position)
        return isBytes == true ? .other : .text(joined)
    }

    private mutating func number() throws(PythonLiteral.Failure) -> PythonLiteral {
        let start = position
        while let next = peek(), Self.isPartOfName(next) { position += 1 }
        var digits = String(String.UnicodeScalarView(text[start..<position]))
        if takesLongNumbers, digits.hasSuffix("L") { digits.removeLast() }
        // Fractions are literals too, but no header needs one.
        guard peek() != ".", let value = try Self.wholeNumber(digits) else { throw PythonLiteral.Failure() }
        return value
    }

    /// The number with these digits, `.other` when it does not fit an `Int`; nil when they are not a number.
    private static func wholeNumber(_ digits: String) throws(PythonLiteral.Failure) -> PythonLiteral? {
        let radix: Int
        switch digits.prefix(2).lowercased() {
        case "0x": radix = 16
        case "0o": radix = 8
        case "0b": radix = 2
        default: radix = 10
        }
        let body = radix == 10 ? Substring(digits) : digits.dropFirst(2)
        // An underscore must be between two digits, or after the prefix.
        let groups = body.split(separator: "_", omittingEmptySubsequences: false)
        let plain = groups.enumerated().dropFirst(radix != 10 && groups.count > 1 && groups[0].isEmpty ? 1 : 0).map(
            \.element)
        guard !plain.isEmpty,
            plain.allSatisfy({
                !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.hexDigitValue.map { $0 < radix } == true }
            })
        else { return nil }
        let joined = plain.joined()
        guard radix != 10 || joined.first != "0" || joined.allSatisfy({ $0 == "0" }) else { return nil }
        return Int(joined, radix: radix).map { .integer($0) } ?? .other
    }

    private mutating func skipBlankLines() throws(PythonLiteral.Failure) {
        while true {
            let start = position
            skipSpaces()
            guard let next = peek() else { return }
            guard Self.isLineEnd(next) else {
                // A line of Python must not be indented, unless it is the first or begins with a form feed.
                guard start == position || start == 0 || text[position - 1] == "\u{C}" else {
                    throw PythonLiteral.Failure()
                }
                return
            }
            position += 1
        }
    }

    private mutating func expectLineEnd() throws(PythonLiteral.Failure) {
        guard let next = peek(), Self.isLineEnd(next) else { throw PythonLiteral.Failure() }
        position += 1
    }

    /// Skips spaces and comments, and line ends too inside brackets.
    private mutating func skipSpaces(acrossLines: Bool = false) {
        while let next = peek() {
            switch next {
            case " ", "\t", "\u{C}": position += 1
            case "\n", "\r":
                guard acrossLines else { return }
                position += 1
            case "#": while let next = peek(), !Self.isLineEnd(next) { position += 1 }
            case "\\":
                guard position + 2 < text.count, Self.isLineEnd(text[position + 1]) else { return }
                position += 2
            default: return
            }
        }
    }

    private func peek() -> Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

    private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII || scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
}
