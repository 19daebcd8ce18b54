/// What may be written for a key.
package enum SettingsForm: Sendable, Hashable {
    case whole(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case seconds(ClosedRange<Double>)
    case path
    case boolean
    case word([String])
    /// A list of the shell's patterns.
    case patterns

    /// What is needed, for a message about what is not it.
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

    /// What is said of sections and lists where they do not belong, to follow the name of the key.
    var complaint: String { self == .patterns ? "is not a list of patterns" : "is not a single value" }

    /// What is needed, for a manual, where a number says what it counts.
    var description: String {
        switch self {
        case .seconds(let range): "seconds, from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        default: demand
        }
    }

    /// A number as people write it: without `.0`.
    static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}

/// What is written for a key: one value, or a list of them.
package enum SettingsText: Sendable, Hashable {
    case one(String)
    case list([String])
}

/// Why a value is not taken, to follow the name of its key: `is 'fast'; a number from 0 to 10 is needed`.
struct SettingsRefusal: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
