/// A JSON object under construction that keeps its keys in the order they are added.
///
/// People read JSON Lines too, so the order matters; encoders sort or shuffle keys.
package struct JSONObject: Sendable {
    /// How the members are laid out.
    package enum Layout: Sendable {
        /// All on one line without spaces, for JSON Lines.
        case line
        /// Each on its own line, for a file that people open.
        case lines
    }

    private let layout: Layout
    private var members = ""

    package init(_ layout: Layout = .line) {
        self.layout = layout
    }

    /// The object, without a newline at its end.
    package var text: String {
        switch layout {
        case .line: "{\(members)}"
        case .lines: members.isEmpty ? "{}" : "{\n\(members)\n}"
        }
    }

    /// Adds a string.
    package mutating func add(_ key: String, _ value: String) {
        add(key, rawJSON: JSONText.quoted(value))
    }

    /// Adds a string, or `null`.
    package mutating func add(_ key: String, _ value: String?) {
        add(key, rawJSON: value.map { JSONText.quoted($0) } ?? "null")
    }

    /// Adds an integer.
    package mutating func add(_ key: String, _ value: some BinaryInteger) {
        add(key, rawJSON: "\(value)")
    }

    /// Adds a truth value.
    package mutating func add(_ key: String, _ value: Bool) {
        add(key, rawJSON: value ? "true" : "false")
    }

    /// Adds a number with the fewest digits that restore it exactly; infinity becomes `null`, since JSON has none.
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
        add(key, rawJSON: "[" + values.map { JSONText.quoted($0) }.joined(separator: ",") + "]")
    }

    /// Adds JSON that this program wrote; pass JSON from a file through `JSONText.rewritten` first.
    package mutating func add(_ key: String, rawJSON value: String) {
        switch layout {
        case .line: members += (members.isEmpty ? "" : ",") + JSONText.quoted(key) + ":" + value
        case .lines: members += (members.isEmpty ? "  " : ",\n  ") + JSONText.quoted(key) + ": " + value
        }
    }
}
