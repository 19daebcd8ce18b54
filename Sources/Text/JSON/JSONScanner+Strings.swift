extension JSONScanner {
    /// Reads a string and resolves its escapes.
    package mutating func string() throws(JSONFault) -> String {
        String(decoding: try stringBytes(), as: UTF8.self)
    }

    /// Reads a string as UTF-8 and resolves its escapes.
    package mutating func stringBytes() throws(JSONFault) -> [UInt8] {
        skipSpace()
        let start = position
        valueStart = start
        try expect(UInt8(ascii: "\""), "a string was expected")
        // Nearly all strings have no escapes and are copied as a whole.
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return Array(bytes[start + 1..<position - 1])
            }
            guard byte >= 0x20 else { throw failure("a string contains an unescaped control character") }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
            position += 1
        }
        throw failure("the string is not closed", at: start)
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONFault) -> [UInt8] {
        var text = Array(bytes[start + 1..<position])
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a string contains an unescaped control character", at: position - 1)
            default: text.append(byte)
            }
        }
        throw failure("the string is not closed", at: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
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
            var value = try codeUnit()
            if value & 0xFC00 == 0xD800 {
                guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
                    throw failure("a surrogate has no partner", at: start)
                }
                let low = try codeUnit()
                guard low & 0xFC00 == 0xDC00 else {
                    throw failure("a surrogate has no partner", at: start)
                }
                value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else {
                throw failure("a surrogate has no partner", at: start)
            }
            text += encoded
        default: throw failure("JSON has no such escape", at: start)
        }
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    // The basic steps of the scanner.

    /// Skips the white space of RFC 8259, which is less than ASCII's.
    mutating func skipSpace() {
        while let byte = peek(), Self.isSpace(byte) { position += 1 }
    }

    /// Whether the byte is white space in JSON.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }

    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func next() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONFault) {
        guard take(byte) else { throw failure(reason) }
    }
}
