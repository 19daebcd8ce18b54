/// Parses one Python string literal: prefix, quotes, escapes.
struct PythonStringScanner {
    /// The offset of the next character.
    private(set) var position: Int
    private let text: [Unicode.Scalar]

    init(_ text: [Unicode.Scalar], at position: Int) {
        self.text = text
        self.position = position
    }

    /// Whether a string begins here, with or without a prefix.
    static func beginsString(_ text: [Unicode.Scalar], at position: Int) -> Bool {
        let prefix = text[position...].prefix { $0 != "'" && $0 != "\"" }
        return prefix.count <= 2 && position + prefix.count < text.count
            && prefix.allSatisfy { "rRuUbBfF".unicodeScalars.contains($0) }
    }

    /// The string's text; bytes become one character each.
    mutating func string() throws(PythonLiteral.Failure) -> (text: String, isBytes: Bool) {
        let start = position
        while let next = peek(), next != "'", next != "\"" { position += 1 }
        let prefix = String(String.UnicodeScalarView(text[start..<position])).lowercased()
        // An f-string contains expressions, so it is not a literal.
        guard let quote = peek(), ["", "r", "u", "b", "br", "rb"].contains(prefix) else {
            throw PythonLiteral.Failure()
        }
        let isBytes = prefix.contains("b")
        let closing = text[position...].starts(with: [quote, quote, quote]) ? [quote, quote, quote] : [quote]
        position += closing.count
        var content = String.UnicodeScalarView()
        while !text[position...].starts(with: closing) {
            guard let next = peek(), closing.count == 3 || next != "\n" && next != "\r", !isBytes || next.isASCII else {
                throw PythonLiteral.Failure()
            }
            position += 1
            if next == "\\" {
                try escape(into: &content, isRaw: prefix.contains("r"))
            } else {
                content.append(next)
            }
        }
        position += closing.count
        return (String(content), isBytes)
    }

    private mutating func escape(into content: inout String.UnicodeScalarView, isRaw: Bool) throws(PythonLiteral
        .Failure)
    {
        guard let next = peek() else { throw PythonLiteral.Failure() }
        position += 1
        guard !isRaw else {
            content.append("\\")
            content.append(next)
            return
        }
        switch next {
        case "\n", "\r": break
        case "\\", "'", "\"": content.append(next)
        case "a": content.append("\u{7}")
        case "b": content.append("\u{8}")
        case "f": content.append("\u{C}")
        case "n": content.append("\n")
        case "r": content.append("\r")
        case "t": content.append("\t")
        case "v": content.append("\u{B}")
        case "x": content.append(try number(digits: 2))
        case "u": content.append(try number(digits: 4))
        case "U": content.append(try number(digits: 8))
        // Named characters are not supported, because no header needs one.
        case "N": throw PythonLiteral.Failure()
        case "0"..."7":
            position -= 1
            let digits = text[position...].prefix(3).prefix { ("0"..."7").contains($0) }
            position += digits.count
            content.append(Unicode.Scalar(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 << 3 | ($1.value - 0x30) })))
        default:
            content.append("\\")
            content.append(next)
        }
    }

    private mutating func number(digits count: Int) throws(PythonLiteral.Failure) -> Unicode.Scalar {
        let digits = text[position...].prefix(count)
        position += digits.count
        guard digits.count == count, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
            let scalar = UInt32(String(String.UnicodeScalarView(digits)), radix: 16).flatMap({ Unicode.Scalar($0) })
        else { throw PythonLiteral.Failure() }
        return scalar
    }

    private func peek() -> Unicode.Scalar? { position < text.count ? text[position] : nil }
}
