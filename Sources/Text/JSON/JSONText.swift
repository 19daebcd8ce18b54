/// JSON for output, with every hazardous character escaped.
///
/// All strings are quoted here. A parser restores the text exactly, and showing the file with `cat` is safe.
package enum JSONText {
    /// The text as a JSON string (RFC 8259, section 7), quotes included.
    package static func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.reserveCapacity(text.utf8.count + 2)
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }

    /// Rewrites a JSON object on one line, without spaces between its parts; nil when `object` is not one.
    ///
    /// Bytes from a file are never passed through: they are parsed, and each string is quoted again. Numbers keep their
    /// digits and members their order.
    package static func rewritten(_ object: String) -> String? {
        let bytes = Array(object.utf8)
        guard (try? JSONLine(bytes)) != nil else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                var scanner = JSONScanner(valid: bytes, at: position)
                guard let text = try? scanner.string() else { return nil }
                result += quoted(text).utf8
                position = scanner.position
            case let byte:
                if !JSONScanner.isSpace(byte) { result.append(byte) }
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Escapes hazardous characters in the strings of JSON that an encoder made, and keeps its layout.
    ///
    /// `JSONEncoder` does not escape DEL, C1 controls and direction controls.
    package static func escaped(_ json: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        // Outside strings there is only ASCII, and its only control characters are white space.
        for scalar in String(decoding: Array(json), as: UTF8.self).unicodeScalars {
            if scalar.isHazardous, scalar.value >= 0x20 {
                appendEscape(of: scalar, to: &result)
            } else {
                append(raw: scalar, to: &result)
            }
        }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
        switch scalar {
        case "\"", "\\": result += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
        case "\n": result += Array(#"\n"#.utf8)
        case "\r": result += Array(#"\r"#.utf8)
        case "\t": result += Array(#"\t"#.utf8)
        case _ where scalar.isHazardous: appendEscape(of: scalar, to: &result)
        default: append(raw: scalar, to: &result)
        }
    }

    private static func append(raw scalar: Unicode.Scalar, to result: inout [UInt8]) {
        if let encoded = UTF8.encode(scalar) { result += encoded }
    }

    private static func appendEscape(of scalar: Unicode.Scalar, to result: inout [UInt8]) {
        for unit in String(scalar).utf16 {
            let digits = Array(String(unit, radix: 16).utf8)
            result += Array(#"\u"#.utf8) + Array(repeating: UInt8(ascii: "0"), count: 4 - digits.count) + digits
        }
    }
}
