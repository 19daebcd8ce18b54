/// The form of a key's values.
package enum SettingsForm: Sendable, Hashable {
    case whole(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case seconds(ClosedRange<Double>)
    case path
    case boolean
    case word([String])
    /// A list of gitignore patterns.
    case patterns

    /// The required form, for a message about a wrong value.
    var demand: String {
        switch self {
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range), .seconds(let range):
            "a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        case .path: "a path"
        case .boolean: "true or false"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .patterns: "a list of patterns"
        }
    }

    /// The message for misplaced sections and lists, to follow the name of the key.
    var complaint: String { self == .patterns ? "is not a list of patterns" : "is not a single value" }

    /// The form in a manual, where a number has its unit.
    var description: String {
        switch self {
        case .seconds(let range): "seconds, from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        default: demand
        }
    }

    /// A number in its shortest form, without `.0`.
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}

/// The value as written in the configuration: one value, or a list of them.
package enum SettingsText: Sendable, Hashable {
    case one(String)
    case list([String])
}

/// Why a value is refused, to follow the name of its key: `is 'fast'; a number from 0 to 10 is needed`.
struct SettingsRefusal: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
