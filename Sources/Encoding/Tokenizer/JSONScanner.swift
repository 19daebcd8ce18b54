/// Reads JSON text (RFC 8259) value by value, without building a tree.
///
/// A tokenizer.json holds some 30,000 members; handing each to its consumer as it is read takes a few milliseconds,
/// where a general decoder takes a tenth of a second of every start of the program.
struct JSONScanner {
    /// The file the text came from, for error messages only.
    let path: String
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private static let deepestNesting = 100

    /// A scanner at the beginning of `bytes`.
    ///
    /// - Throws: `EncodingError` if the bytes are not UTF-8.
    init(_ bytes: [UInt8], path: String) throws(EncodingError) {
        self.path = path
        self.bytes = bytes
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw EncodingError(.malformed, path: path, "is not UTF-8 (\(error)); fetch the model again")
        }
    }

    /// The failure of this file at the byte reached.
    func failure(_ what: String) -> EncodingError {
        EncodingError(.malformed, path: path, "\(what) at byte \(position); fetch the model again")
    }

    /// The first byte of the next value or punctuation, which tells its kind; nil at the end.
    mutating func peek() -> UInt8? {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// Ends the reading: nothing but white space may be left.
    mutating func end() throws(EncodingError) {
        guard peek() == nil else { throw failure("text after the end of the JSON value") }
    }

    /// Reads an object; `member` gets each key and must read its value.
    mutating func object(
        _ member: (inout JSONScanner, [UInt8]) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        try open(UInt8(ascii: "{"), "an object")
        var isFirst = true
        while try hasNext(before: UInt8(ascii: "}"), isFirst: isFirst) {
            isFirst = false
            let key = try string()
            try expect(UInt8(ascii: ":"), "a colon")
            try member(&self, key)
        }
        depth -= 1
    }

    /// Reads an array; `element` must read each value.
    mutating func array(_ element: (inout JSONScanner) throws(EncodingError) -> Void) throws(EncodingError) {
        try open(UInt8(ascii: "["), "an array")
        var isFirst = true
        while try hasNext(before: UInt8(ascii: "]"), isFirst: isFirst) {
            isFirst = false
            try element(&self)
        }
        depth -= 1
    }

    /// Reads a string as UTF-8.
    mutating func string() throws(EncodingError) -> [UInt8] {
        try expect(UInt8(ascii: "\""), "a string")
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return Array(bytes[start..<position - 1])
            }
            guard byte >= 0x20 else { throw failure("a control character in a string") }
            guard byte != UInt8(ascii: "\\") else { return try stringWithEscapes(from: start) }
            position += 1
        }
        throw failure("a string without end")
    }

    /// Reads a whole number; fractions and exponents are refused.
    mutating func integer() throws(EncodingError) -> Int {
        guard let first = peek() else { throw failure("expected a whole number") }
        let isNegative = first == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var value = 0
        var digits = 0
        while position < bytes.count, bytes[position] &- 0x30 < 10 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(bytes[position] &- 0x30))
            guard !overflow, !carry else { throw failure("a number too large") }
            value = sum
            digits += 1
            position += 1
        }
        let continues = position < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[position])
        guard digits > 0, !continues else { throw failure("expected a whole number") }
        return isNegative ? -value : value
    }

    /// Reads `true` or `false`, or nil for `null`.
    mutating func boolean() throws(EncodingError) -> Bool? {
        switch peek() {
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"):
            try word("false")
            return false
        case UInt8(ascii: "n"):
            try word("null")
            return nil
        default: throw failure("expected true or false")
        }
        return true
    }

    /// Reads any value and forgets it.
    mutating func skip() throws(EncodingError) {
        switch peek() {
        case UInt8(ascii: "{"): try object { (scanner, _) throws(EncodingError) in try scanner.skip() }
        case UInt8(ascii: "["): try array { (scanner) throws(EncodingError) in try scanner.skip() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try boolean()
        default:
            let start = position
            while position < bytes.count, isNumberByte(bytes[position]) { position += 1 }
            guard position > start else { throw failure("expected a value") }
        }
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte | 0x20 == 0x65
    }

    private mutating func open(_ bracket: UInt8, _ name: String) throws(EncodingError) {
        try expect(bracket, name)
        depth += 1
        guard depth <= Self.deepestNesting else { throw failure("values nested too deeply") }
    }

    private mutating func hasNext(before bracket: UInt8, isFirst: Bool) throws(EncodingError) -> Bool {
        if peek() == bracket {
            position += 1
            return false
        }
        if !isFirst { try expect(UInt8(ascii: ","), "a comma") }
        return true
    }

    private mutating func expect(_ byte: UInt8, _ name: String) throws(EncodingError) {
        guard peek() == byte else { throw failure("expected \(name)") }
        position += 1
    }

    private mutating func word(_ word: StaticString) throws(EncodingError) {
        for byte in word.description.utf8 {
            guard position < bytes.count, bytes[position] == byte else { throw failure("expected \(word)") }
            position += 1
        }
    }

    private mutating func stringWithEscapes(from start: Int) throws(EncodingError) -> [UInt8] {
        var decoded = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return decoded
            case UInt8(ascii: "\\"): decoded += try escape()
            case 0..<0x20: throw failure("a control character in a string")
            default: decoded.append(byte)
            }
        }
        throw failure("a string without end")
    }

    private mutating func escape() throws(EncodingError) -> [UInt8] {
        guard position < bytes.count else { throw failure("a string without end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var value = try codeUnit()
            if value & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try codeUnit()
                guard low & 0xFC00 == 0xDC00 else { throw failure("half of a surrogate pair") }
                value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(value) else { throw failure("half of a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func codeUnit() throws(EncodingError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw failure("an unknown escape")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
