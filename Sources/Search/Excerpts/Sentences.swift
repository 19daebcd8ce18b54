import Encoding
import Text

/// The sentences of a passage, by the rules that passages are cut by; a blank line ends one too.
package enum Sentences {
    /// The bytes of each sentence, without the white space around it.
    package static func ranges(of text: [UInt8]) -> [Range<Int>] {
        let bytes = text.span
        var ranges: [Range<Int>] = []
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
            if newlines > 1
                || SentenceEnd.isFound(in: bytes, before: end, hasWhiteSpace: true, next: text[position])
            {
                ranges.append(start..<end)
                start = position
            }
        }
        if start < text.count { ranges.append(start..<text.count) }
        return ranges
    }
}
