/// How good a place is for a cut, the worst first.
enum PassageBoundary: Int, Comparable {
    /// Between two words that nothing separates, such as a letter and a comma.
    case adjacent
    case word
    case sentence
    case line
    case blankLine
    case formFeed
    case heading

    /// Whether another subject begins here, so that no overlap is wanted.
    var beginsSection: Bool { self >= .formFeed }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
