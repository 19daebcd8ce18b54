import Text

/// The characters between two word boundaries: a word, or what lies between words.
package struct WordSegment {
    /// The end in the text.
    package internal(set) var end: Int
    /// Whether there is a letter or a number, without which it is not a word.
    package private(set) var isWord = false
    /// Whether there is a number or an underscore, which make an identifier of it.
    private(set) var isIdentifier = false

    init(end: Int) {
        self.end = end
    }

    /// Adds a character.
    mutating func take(_ character: WordBoundaries.Character) {
        end += character.length
        switch character.properties.kind {
        case .letter, .lowercase, .uppercase: isWord = true
        case .number:
            isWord = true
            isIdentifier = true
        case .other where character.wordBreak == .extendNumberOrLetter: isIdentifier = true
        case .other, .mark, .accent, .ignorable: break
        }
    }
}
