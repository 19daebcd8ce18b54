import Text

/// The element types of NumPy files that this module supports; the raw values are NumPy's `descr`.
package enum NumPyElement: String, CaseIterable, Sendable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case uint8 = "|u1"

    /// The size of one element in bytes.
    package var byteCount: Int {
        switch self {
        case .int8, .uint8: 1
        case .float16: 2
        case .float32: 4
        case .float64: 8
        }
    }

    /// Parses a `descr` in any spelling that `numpy.dtype` takes for these types, or explains why it is not supported.
    ///
    /// Besides `<f4` there are other byte order marks, letters and names: `=f4`, `f`, `float32`.
    init(description: String) throws(NumPyError) {
        // NumPy ignores empty axes before the type.
        let plain = description.hasPrefix("()") ? description.dropFirst(2) : description[...]
        if let element = Self.names[String(plain)] {
            self = element
            return
        }
        let order = plain.first.flatMap { "<>=|".contains($0) ? $0 : nil }
        let code = order == nil ? plain : plain.dropFirst()
        guard let element = Self.element(code: code) else {
            throw NumPyError(
                .unsupported,
                "elements of type '\(TerminalText.excerpt(description))' are not supported, only float16, float32, "
                    + "float64, int8 and uint8, little-endian. Convert in NumPy: array.astype('float32')")
        }
        guard order != ">" || element.byteCount == 1 else {
            throw NumPyError(
                .unsupported,
                "elements of type '\(TerminalText.excerpt(description))' are big-endian. Convert in NumPy: "
                    + "array.astype(array.dtype.newbyteorder('<'))")
        }
        self = element
    }

    private static let names: [String: NumPyElement] = [
        "float16": .float16, "half": .float16, "float32": .float32, "single": .float32, "float64": .float64,
        "double": .float64, "float": .float64, "int8": .int8, "byte": .int8, "uint8": .uint8, "ubyte": .uint8,
    ]

    /// Parses a letter with an optional number of bytes, which NumPy reads with strtol(3): spaces, a plus and zeros may
    /// precede it.
    private static func element(code: Substring) -> NumPyElement? {
        let letters: [Character: NumPyElement] = [
            "e": .float16, "f": .float32, "d": .float64, "b": .int8, "B": .uint8,
        ]
        guard let letter = code.first else { return nil }
        guard code.count > 1 else { return letters[letter] }
        var digits = code.dropFirst().drop { $0 == " " || $0 == "\t" || $0 == "\n" }
        if digits.first == "+" { digits.removeFirst() }
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits) else { return nil }
        switch (letter, count) {
        case ("f", 2): return .float16
        case ("f", 4): return .float32
        case ("f", 8): return .float64
        case ("i", 1): return .int8
        case ("u", 1): return .uint8
        default: return nil
        }
    }
}
