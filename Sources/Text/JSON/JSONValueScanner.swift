/// Walks over JSON text byte by byte (RFC 8259), without recursion, so that deep nesting cannot exhaust the stack.
struct JSONValueScanner {
    private let bytes: [UInt8]
    /// The next byte to be read.
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The members of the object that is all of the text.
    mutating func object() throws(JSONLine.Failure) -> [JSONLine.Member] {
        skipSpace()
        try expect(UInt8(ascii: "{"), "a JSON object was expected, beginning with '{'")
        var members: [JSONLine.Member] = []
        var names: Set<String> = []
        skipSpace()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                let start = position
                let name = try string()
                guard names.insert(name).inserted else {
                    throw failure("the key \"\(TerminalText.excerpt(name))\" stands twice", at: start)
                }
                skipSpace()
                try expect(UInt8(ascii: ":"), "':' was expected after the key")
                skipSpace()
                let first = position
                try skipValue()
                members.append(.init(name: name, value: first..<position))
                skipSpace()
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"), "',' or '}' was expected")
        }
        skipSpace()
        guard position == bytes.count else { throw failure("there is something after the object") }
        return members
    }

    /// The string that begins here, with its escapes resolved.
    mutating func string() throws(JSONLine.Failure) -> String {
        let first = position
        try expect(UInt8(ascii: "\""), "a string was expected")
        var text: [UInt8] = []
        while true {
            guard let byte = next() else { throw failure("the string is not closed", at: first) }
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character stands in a string", at: position - 1)
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONLine.Failure) {
        let start = position - 1
        switch next() {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "/"): text.append(0x2F)
        case UInt8(ascii: "u"):
            var value = try hexadecimal()
            if value >= 0xD800, value < 0xDC00 {
                guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
                    throw failure("half of a surrogate pair stands alone", at: start)
                }
                let low = try hexadecimal()
                guard low >= 0xDC00, low < 0xE000 else {
                    throw failure("half of a surrogate pair stands alone", at: start)
                }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else {
                throw failure("half of a surrogate pair stands alone", at: start)
            }
            text += UTF8.encode(scalar).map { Array($0) } ?? []
        default: throw failure("the escape is none of JSON's", at: start)
        }
    }

    private mutating func hexadecimal() throws(JSONLine.Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Passes over one value of any kind.
    private mutating func skipValue() throws(JSONLine.Failure) {
        // The brackets that are open, as the bytes that close them.
        var open: [UInt8] = []
        while true {
            skipSpace()
            switch peek() {
            case UInt8(ascii: "{"):
                position += 1
                skipSpace()
                if !take(UInt8(ascii: "}")) {
                    open.append(UInt8(ascii: "}"))
                    try skipKey()
                    continue
                }
            case UInt8(ascii: "["):
                position += 1
                skipSpace()
                if !take(UInt8(ascii: "]")) {
                    open.append(UInt8(ascii: "]"))
                    continue
                }
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: try skipNumber()
            case UInt8(ascii: "t"): try skipWord("true")
            case UInt8(ascii: "f"): try skipWord("false")
            case UInt8(ascii: "n"): try skipWord("null")
            default: throw failure("a value was expected")
            }
            // The value is complete; close what it completes.
            while let closing = open.last {
                skipSpace()
                if take(closing) {
                    open.removeLast()
                    continue
                }
                try expect(UInt8(ascii: ","), "',' or '\(Unicode.Scalar(closing))' was expected")
                if closing == UInt8(ascii: "}") { try skipKey() }
                break
            }
            if open.isEmpty { return }
        }
    }

    private mutating func skipKey() throws(JSONLine.Failure) {
        skipSpace()
        _ = try string()
        skipSpace()
        try expect(UInt8(ascii: ":"), "':' was expected after the key")
    }

    private mutating func skipNumber() throws(JSONLine.Failure) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONLine.Failure) {
        let first = position
        while let byte = peek(), byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > first else { throw failure("a digit was expected") }
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONLine.Failure) {
        let word = Array("\(word)".utf8)
        guard bytes[position...].starts(with: word) else { throw failure("a value was expected") }
        position += word.count
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { position += 1 }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONLine.Failure) {
        guard take(byte) else { throw failure(reason) }
    }

    private func failure(_ reason: String, at offset: Int? = nil) -> JSONLine.Failure {
        JSONLine.Failure(offset: offset ?? position, reason: reason)
    }
}
