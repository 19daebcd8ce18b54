/// Reads JSON text (RFC 8259) value by value, without building a tree.
///
/// All JSON that Foundation does not decode is read here. A tokenizer.json holds some 30,000 members. This scanner
/// passes them to their reader in a few milliseconds; a general decoder adds a tenth of a second to every start.
///
///     try scanner.beginObject()
///     while let key = try scanner.nextKey() {
///         switch key {
///         case "id": id = try scanner.integer()
///         default: try scanner.skip()
///         }
///     }
///
/// The reader must read or skip the value of each key. A key that appears twice is returned twice.
package struct JSONScanner {
    /// The kind of a value, by its first byte.
    package enum Kind: Sendable {
        case object, array, string, number, boolean, null
    }

    /// An object or array that the reader is inside.
    private struct Place {
        let isArray: Bool
        /// The number of members or elements so far.
        var count = 0
        /// The offset of the key whose value is being read; nil between members.
        var key: Int?
        /// The index of the element that is being read; nil between elements.
        var index: Int?
    }

    let bytes: [UInt8]
    /// The offset of the next byte to read.
    var position: Int
    /// The offset of the value that was read last.
    var valueStart = 0
    private var places: [Place] = []

    /// Starts at the beginning of `bytes`.
    package init(_ bytes: [UInt8]) throws(JSONFault) {
        self.init(valid: bytes, at: 0)
        if let offset = UTF8Text.firstInvalid(bytes) { throw failure("the text is not UTF-8", at: offset) }
    }

    /// Starts at any position in bytes that are known to be UTF-8.
    init(valid bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The kind of the next value; nil when none begins here.
    package mutating func kind() -> Kind? {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: return nil
        }
    }

    /// Enters an object; `nextKey` returns its keys.
    package mutating func beginObject() throws(JSONFault) {
        try begin(UInt8(ascii: "{"), "an object was expected, beginning with '{'")
        places.append(Place(isArray: false))
    }

    /// The next key of the innermost object; at its end, leaves the object and returns nil.
    package mutating func nextKey() throws(JSONFault) -> String? {
        try nextKeyBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The next key as UTF-8.
    package mutating func nextKeyBytes() throws(JSONFault) -> [UInt8]? {
        guard try hasNext(before: UInt8(ascii: "}")) else { return nil }
        let start = position
        let key = try key()
        places[places.count - 1].key = start
        return key
    }

    /// Enters an array; call `hasNextElement` before each element.
    package mutating func beginArray() throws(JSONFault) {
        try begin(UInt8(ascii: "["), "an array was expected, beginning with '['")
        places.append(Place(isArray: true))
    }

    /// Whether the innermost array has another element, which the reader must read; at its end, leaves the array.
    package mutating func hasNextElement() throws(JSONFault) -> Bool {
        guard try hasNext(before: UInt8(ascii: "]")) else { return false }
        places[places.count - 1].index = places[places.count - 1].count - 1
        return true
    }

    /// Checks that only white space remains.
    package mutating func end() throws(JSONFault) {
        skipSpace()
        guard position == bytes.count else { throw failure("there is more after the value") }
    }

    /// The fault of the last value, for a reader that cannot use it.
    ///
    /// The reason must be safe to show: shorten and escape quoted text with `TerminalText.excerpt`.
    package func fault(_ reason: String, _ kind: JSONFault.Kind = .malformed) -> JSONFault {
        JSONFault(kind, in: bytes, at: valueStart, path: path, reason: reason)
    }

    /// The fault at a position in the text.
    func failure(_ reason: String, at offset: Int? = nil) -> JSONFault {
        JSONFault(.malformed, in: bytes, at: offset ?? position, path: path, reason: reason)
    }

    /// The path of the value that is being read.
    private var path: String {
        var path = ""
        for place in places {
            if let start = place.key {
                var scanner = JSONScanner(valid: bytes, at: start)
                guard let key = try? scanner.string() else { continue }
                path += (path.isEmpty ? "" : ".") + TerminalText.excerpt(key)
            } else if let index = place.index {
                path += "[\(index)]"
            }
        }
        return path
    }

    private mutating func begin(_ bracket: UInt8, _ reason: String) throws(JSONFault) {
        skipSpace()
        valueStart = position
        try expect(bracket, reason)
    }

    private mutating func hasNext(before bracket: UInt8) throws(JSONFault) -> Bool {
        precondition(
            places.last?.isArray == (bracket == UInt8(ascii: "]")), "the value of a key or an element was not read")
        let last = places.count - 1
        places[last].key = nil
        places[last].index = nil
        skipSpace()
        if places[last].count == 0 {
            if take(bracket) { return leave() }
        } else if !take(UInt8(ascii: ",")) {
            try expect(bracket, "',' or '\(Unicode.Scalar(bracket))' was expected")
            return leave()
        }
        places[last].count += 1
        skipSpace()
        return true
    }

    private mutating func leave() -> Bool {
        places.removeLast()
        return false
    }
}
