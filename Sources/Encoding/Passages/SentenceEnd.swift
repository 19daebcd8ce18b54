/// Recognizes the end of a sentence, accurately enough for cutting.
///
/// It uses no language model, only a full stop, question or exclamation mark, closing quotes and white space. A wrong
/// guess slightly lowers the passage's quality and never loses text.
package enum SentenceEnd {
    private static let abbreviations = [
        "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "fig", "figs", "vol", "pp", "cf", "vs", "al", "eq",
    ].map { Array($0.utf8) }

    /// Whether a sentence ends at `end` and the next one begins after the gap.
    ///
    /// `hasWhiteSpace` says whether the gap contains any, which Chinese and Japanese do not need; `next` is the first
    /// byte after the gap.
    package static func isFound(in text: Span<UInt8>, before end: Int, hasWhiteSpace: Bool, next: UInt8) -> Bool {
        var position = end
        // At most four closing quotes and brackets.
        for _ in 0..<4 {
            let length = closerLength(in: text, before: position)
            guard length > 0 else { break }
            position -= length
        }
        guard position > 0 else { return false }
        switch text[position - 1] {
        case UInt8(ascii: "!"), UInt8(ascii: "?"): return hasWhiteSpace
        case UInt8(ascii: "."):
            guard hasWhiteSpace, next &- UInt8(ascii: "a") >= 26 else { return false }
            return !isAbbreviation(in: text, before: position - 1)
        default: break
        }
        guard position >= 3 else { return false }
        switch (text[position - 3], text[position - 2], text[position - 1]) {
        case (0xE2, 0x80, 0xA6): return hasWhiteSpace
        // The ideographic full stop and the full-width marks.
        case (0xE3, 0x80, 0x82), (0xEF, 0xBC, 0x81), (0xEF, 0xBC, 0x9F), (0xEF, 0xBD, 0xA1): return true
        default: return false
        }
    }

    private static func closerLength(in text: Span<UInt8>, before end: Int) -> Int {
        guard end > 0 else { return 0 }
        switch text[end - 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "*"),
            UInt8(ascii: "_"):
            return 1
        default: break
        }
        if end >= 2, text[end - 2] == 0xC2, text[end - 1] == 0xBB { return 2 }
        guard end >= 3 else { return 0 }
        switch (text[end - 3], text[end - 2], text[end - 1]) {
        case (0xE2, 0x80, 0x99), (0xE2, 0x80, 0x9D), (0xE3, 0x80, 0x8D), (0xE3, 0x80, 0x8F), (0xEF, 0xBC, 0x89):
            return 3
        default: return 0
        }
    }

    /// Whether the word before a full stop is a single letter or digit, or a known abbreviation.
    private static func isAbbreviation(in text: Span<UInt8>, before end: Int) -> Bool {
        var start = end
        while start > 0, end - start < 6, isAlphanumeric(text[start - 1]) { start -= 1 }
        guard end - start > 1 else { return end > start }
        return abbreviations.contains { word in
            word.count == end - start && word.indices.allSatisfy { text[start + $0] | 0x20 == word[$0] }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80
    }
}
