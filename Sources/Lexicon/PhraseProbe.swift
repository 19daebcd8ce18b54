/// Tells quickly of most texts that a phrase does not stand there.
///
/// In a text of ASCII characters a folded word is the word in lower case, and nothing but other characters than letters and digits
/// lies between two words that follow one another. So the phrase is looked for byte by byte, without dividing the text into words.
struct PhraseProbe: Sendable, Hashable {
    /// The words without what comes before their first letter or digit, which could also lie between two words.
    private let words: [[UInt8]]
    /// Whether all of them can stand in a text of ASCII characters.
    private let isASCII: Bool

    /// Prepares for the folded words of a phrase; nil where that does not help.
    init?(_ words: [[UInt8]]) {
        // Words of more than the limit are not folded.
        guard !words.isEmpty, words.allSatisfy({ $0.count <= TermLength.wordLimit }) else { return nil }
        isASCII = words.allSatisfy { $0.allSatisfy { $0 < 0x80 } }
        self.words = words.map { word in Array(word.drop { !Self.isAlphanumeric($0) }) }
        guard !isASCII || self.words.allSatisfy({ !$0.isEmpty }) else { return nil }
    }

    /// False for a text that does not have the phrase.
    func accepts(_ text: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for position in 0..<text.count { all |= text[position] }
        guard all < 0x80 else { return true }
        guard isASCII else { return false }
        let first = words[0][0]
        for position in 0..<text.count where Self.lowercase(text[position]) == first {
            if position > 0, Self.isAlphanumeric(text[position - 1]) { continue }
            if begins(at: position, text) { return true }
        }
        return false
    }

    private func begins(at start: Int, _ text: Span<UInt8>) -> Bool {
        var position = start
        for (number, word) in words.enumerated() {
            if number > 0 { while position < text.count, !Self.isAlphanumeric(text[position]) { position += 1 } }
            guard text.count - position >= word.count else { return false }
            for offset in word.indices where Self.lowercase(text[position + offset]) != word[offset] { return false }
            position += word.count
            // A sign at the end of a word, as in `C++`, ends it whatever follows.
            guard position < text.count, let last = word.last else { continue }
            if Self.isAlphanumeric(last), Self.isAlphanumeric(text[position]) { return false }
        }
        return true
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 }
}
