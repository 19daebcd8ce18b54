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
        let properties = character.properties
        if properties.isLetter || properties.isNumber { isWord = true }
        if properties.isNumber || character.wordBreak == .extendNumberOrLetter { isIdentifier = true }
    }
}
