/// A JSON object in the making, on one line, with its keys in the order in which they are added.
///
/// JSON Lines are read by people too, so the order matters; encoders that sort or shuffle keys do not serve.
package struct JSONObject: Sendable {
    private var members = ""

    package init() {}

    /// The object, without a newline.
    package var text: String { "{" + members + "}" }

    /// Adds a string.
    package mutating func add(_ key: String, _ value: String) {
        add(key, rawJSON: Self.quoted(value))
    }

    /// Adds a string, or `null`.
    package mutating func add(_ key: String, _ value: String?) {
        add(key, rawJSON: value.map { Self.quoted($0) } ?? "null")
    }

    /// Adds an integer.
    package mutating func add(_ key: String, _ value: some BinaryInteger) {
        add(key, rawJSON: "\(value)")
    }

    /// Adds a truth value.
    package mutating func add(_ key: String, _ value: Bool) {
        add(key, rawJSON: value ? "true" : "false")
    }

    /// Adds a number with the fewest digits that give it back exactly; JSON has no infinity, it becomes `null`.
    package mutating func add(_ key: String, _ value: Double) {
        guard value.isFinite else { return add(key, rawJSON: "null") }
        let isWhole = value == value.rounded() && value.magnitude < 1e15
        add(key, rawJSON: isWhole ? "\(Int(value))" : "\(value)")
    }

    /// Adds an array of integers.
    package mutating func add(_ key: String, _ values: [Int]) {
        add(key, rawJSON: "[" + values.map { "\($0)" }.joined(separator: ",") + "]")
    }

    /// Adds an array of strings.
    package mutating func add(_ key: String, _ values: [String]) {
        add(key, rawJSON: "[" + values.map { Self.quoted($0) }.joined(separator: ",") + "]")
    }

    /// Adds a value that is JSON already.
    package mutating func add(_ key: String, rawJSON value: String) {
        if !members.isEmpty { members += "," }
        members += Self.quoted(key) + ":" + value
    }

    /// A JSON string literal (RFC 8259, section 7); characters beyond ASCII stand for themselves.
    package static func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): result += Array(#"\n"#.utf8)
            case UInt8(ascii: "\r"): result += Array(#"\r"#.utf8)
            case UInt8(ascii: "\t"): result += Array(#"\t"#.utf8)
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                result += Array((digits.utf8.count == 1 ? #"\u000"# : #"\u00"#).utf8) + Array(digits.utf8)
            default: result.append(byte)
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}
