extension JSONScanner {
    /// Reads a whole number and refuses fractions and exponents.
    package mutating func integer() throws(JSONFault) -> Int {
        skipSpace()
        let start = position
        valueStart = start
        guard peek() == UInt8(ascii: "-") || peek().map(Self.isDigit) == true else {
            throw failure("a whole number was expected")
        }
        let isNegative = take(UInt8(ascii: "-"))
        var value = 0
        let first = position
        while let byte = peek(), Self.isDigit(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte &- 0x30))
            guard !overflow, !carry else { throw failure("the number is too large", at: start) }
            value = sum
            position += 1
        }
        guard position > first else { throw failure("a digit was expected") }
        guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else {
            throw failure("a number begins with a zero", at: start)
        }
        switch peek() {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            throw failure("a whole number was expected", at: start)
        default: return isNegative ? -value : value
        }
    }

    /// Reads `true` or `false`, or nil for `null`.
    package mutating func boolean() throws(JSONFault) -> Bool? {
        skipSpace()
        valueStart = position
        switch peek() {
        case UInt8(ascii: "t"):
            try word("true")
            return true
        case UInt8(ascii: "f"):
            try word("false")
            return false
        case UInt8(ascii: "n"):
            try word("null")
            return nil
        default: throw failure("true or false was expected")
        }
    }

    /// Reads any value and discards it.
    package mutating func skip() throws(JSONFault) {
        _ = try value()
    }

    /// Skips a value of any kind and returns the range of its bytes.
    ///
    /// It does not recurse and stores one byte for each open bracket, so deep nesting exhausts neither stack nor
    /// memory.
    package mutating func value() throws(JSONFault) -> Range<Int> {
        skipSpace()
        let start = position
        // The closing bytes of the brackets that are open.
        var open: [UInt8] = []
        while true {
            switch kind() {
            case .object:
                position += 1
                skipSpace()
                if !take(UInt8(ascii: "}")) {
                    open.append(UInt8(ascii: "}"))
                    _ = try key()
                    continue
                }
            case .array:
                position += 1
                skipSpace()
                if !take(UInt8(ascii: "]")) {
                    open.append(UInt8(ascii: "]"))
                    continue
                }
            case .string: _ = try stringBytes()
            case .number: try skipNumber()
            case .boolean, .null: _ = try boolean()
            case nil: throw failure("a value was expected")
            }
            // The value is complete; close the brackets that end with it.
            while let closing = open.last {
                skipSpace()
                if take(closing) {
                    open.removeLast()
                    continue
                }
                try expect(UInt8(ascii: ","), "',' or '\(Unicode.Scalar(closing))' was expected")
                skipSpace()
                if closing == UInt8(ascii: "}") { _ = try key() }
                break
            }
            if open.isEmpty {
                valueStart = start
                return start..<position
            }
        }
    }

    /// Reads a key and its colon.
    mutating func key() throws(JSONFault) -> [UInt8] {
        let key = try stringBytes()
        skipSpace()
        try expect(UInt8(ascii: ":"), "':' was expected after the key")
        return key
    }

    private mutating func skipNumber() throws(JSONFault) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONFault) {
        let first = position
        while let byte = peek(), Self.isDigit(byte) { position += 1 }
        guard position > first else { throw failure("a digit was expected") }
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        let start = position
        for byte in word.description.utf8 where !take(byte) { throw failure("a value was expected", at: start) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
