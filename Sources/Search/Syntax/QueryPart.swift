/// A part of a query, as `QueryScanner` finds it.
enum QueryPart: Sendable, Equatable {
    /// Text without white space, and whether there is a letter or number in it.
    case plain(String, hasWord: Bool)
    case passage(PassageCondition)
    case field(FieldCondition)

    var isCondition: Bool {
        if case .plain = self { false } else { true }
    }

    /// Whether it says what is sought, rather than what is not.
    var isAffirmative: Bool {
        switch self {
        case .plain(_, let hasWord): hasWord
        case .passage(let condition): !condition.isExcluded
        case .field(let condition): !condition.isExcluded
        }
    }

    /// What it adds to the text that is ranked by.
    var rankedText: String? {
        switch self {
        case .plain(let text, _): text
        case .passage(let condition): condition.isExcluded ? nil : condition.text
        case .field: nil
        }
    }

    var passage: PassageCondition? {
        if case .passage(let condition) = self { condition } else { nil }
    }

    var field: FieldCondition? {
        if case .field(let condition) = self { condition } else { nil }
    }
}
