import Encoding
import Text

/// The sentences of a passage, by the rules that passages are cut by.
///
/// A blank line ends one too, and so does the end of a line that nobody would have broken there: the first word of the next line would
/// have fitted into the longest line, or is no word but a digit or a mark, as in logs and lists.
package enum Sentences {
    /// The bytes of each sentence, without the white space around it.
    package static func ranges(of text: [UInt8]) -> [Range<Int>] {
        let bytes = text.span
        var ranges: [Range<Int>] = []
        let longest = text.split(separator: UInt8(ascii: "\n")).map(\.count).max() ?? 0
        var lineStart = 0
        var start = 0
        while start < text.count, text[start].isASCIISpace { start += 1 }
        var position = start
        while position < text.count {
            guard text[position].isASCIISpace else {
                // Chinese and Japanese have no spaces between sentences.
                if position > start, text[position] >= 0x80, text[position] & 0xC0 != 0x80,
                    SentenceEnd.isFound(in: bytes, before: position, hasWhiteSpace: false, next: text[position])
                {
                    ranges.append(start..<position)
                    start = position
                }
                position += 1
                continue
            }
            let end = position
            var newlines = 0
            while position < text.count, text[position].isASCIISpace {
                newlines += text[position] == UInt8(ascii: "\n") ? 1 : 0
                position += 1
            }
            guard position < text.count else {
                ranges.append(start..<end)
                return ranges
            }
            let isBroken = newlines == 1 && isLine(text, lineStart..<end, before: position, longest: longest)
            if newlines > 0 { lineStart = position }
            if newlines > 1 || isBroken
                || SentenceEnd.isFound(in: bytes, before: end, hasWhiteSpace: true, next: text[position])
            {
                ranges.append(start..<end)
                start = position
            }
        }
        if start < text.count { ranges.append(start..<text.count) }
        return ranges
    }

    /// Whether a line is one by itself, rather than a part of a text that was broken to a width.
    private static func isLine(_ text: [UInt8], _ line: Range<Int>, before next: Int, longest: Int) -> Bool {
        let word = text[next...].prefix { !$0.isASCIISpace }
        guard let first = word.first, line.count + 1 + word.count > longest else { return true }
        switch first {
        case 0x80..., UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "("):
            return false
        default: return true
        }
    }
}
