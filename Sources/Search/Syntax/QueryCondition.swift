/// What a passage must have, or must not, to be found.
package struct PassageCondition: Sendable, Equatable {
    /// The word, or the words of the phrase, as they were typed, without operators.
    package let text: String
    /// Whether the words must follow one another as they are: `"x y"`.
    package let isPhrase: Bool
    /// Whether no passage that has it is found: `-x`.
    package let isExcluded: Bool

    package init(_ text: String, isPhrase: Bool = false, isExcluded: Bool = false) {
        self.text = text
        self.isPhrase = isPhrase
        self.isExcluded = isExcluded
    }

    /// It as people type it.
    package var typed: String {
        (isExcluded ? "-" : isPhrase ? "" : "+") + (isPhrase ? "\"\(text)\"" : text)
    }
}

/// What a field of a document must be, or must not, for its passages to be found: `lang:en`.
package struct FieldCondition: Sendable, Equatable {
    /// The key of the metadata, or the name of a `DocumentField`.
    package let name: String
    package let value: String
    /// Whether the value stood in quotes, so that it is a string also where it looks like a number.
    package let isQuoted: Bool
    /// Whether no document that has it is found: `-lang:en`.
    package let isExcluded: Bool

    package init(_ name: String, _ value: String, isQuoted: Bool = false, isExcluded: Bool = false) {
        self.name = name
        self.value = value
        self.isQuoted = isQuoted
        self.isExcluded = isExcluded
    }

    /// It as people type it.
    package var typed: String { (isExcluded ? "-" : "") + name + ":" + (isQuoted ? "\"\(value)\"" : value) }
}

/// A field that every document has, beside the keys of its metadata; these names come before such a key.
package enum DocumentField: String, Sendable, CaseIterable {
    /// The path below the inbox, with a glob as its value, see `PathGlobs`.
    case path
    /// The name that hits print.
    case document
}
