import Text

/// Classifies the boundary at the gap before a word, from the bytes around it.
struct BoundaryClassifier: Sendable {
    private let tokenizer: any Tokenizer

    /// The longest line that can be a heading, which limits the look ahead.
    private static let longestHeading = 200

    init(_ tokenizer: any Tokenizer) {
        self.tokenizer = tokenizer
    }

    /// The bytes between two tokens.
    struct Gap {
        /// Where to cut: after the last white space, so a character without a token stays with its neighbour.
        var cut: Int
        var hasWhiteSpace = false
        var hasFormFeed = false
        var newlines = 0
    }

    /// Examines the gap from the end of a token to the start of the next.
    func gap(in text: Span<UInt8>, from end: Int, to start: Int) -> Gap {
        var gap = Gap(cut: start)
        var position = end
        while position < start {
            let byte = text[position]
            var length = 1
            var isSpace = byte.isASCIISpace
            switch byte {
            case 0x0A: gap.newlines += 1
            case 0x0C: gap.hasFormFeed = true
            // A carriage return alone ended lines on old Macintoshes.
            case 0x0D: if position + 1 >= start || text[position + 1] != 0x0A { gap.newlines += 1 }
            case 0x80...:
                let (scalar, count) = text.decodeScalar(at: position)
                length = count
                isSpace = tokenizer.isSpace(scalar)
                if scalar == 0x2028 || scalar == 0x2029 { gap.newlines += 1 }
            default: break
            }
            position += length
            if isSpace {
                gap.hasWhiteSpace = true
                gap.cut = position
            }
        }
        if !gap.hasWhiteSpace { gap.cut = start }
        return gap
    }

    /// The kind of boundary between a token that ends at `end` and one that begins at `start`.
    func boundary(in text: Span<UInt8>, from end: Int, to start: Int) -> PassageBoundary {
        let gap = gap(in: text, from: end, to: start)
        if gap.newlines > 0, isHeading(in: text, at: start) { return .heading }
        if gap.hasFormFeed { return .formFeed }
        if gap.newlines > 1 { return .blankLine }
        if gap.newlines > 0 { return .line }
        if SentenceEnd.isFound(in: text, before: end, hasWhiteSpace: gap.hasWhiteSpace, next: text[start]) {
            return .sentence
        }
        return gap.hasWhiteSpace ? .word : .adjacent
    }

    /// Whether a Markdown heading begins at `start`, the first token of its line.
    ///
    /// A heading is "# Title", or a line underlined with at least three "=" or "-" (CommonMark 0.31, sections 4.2 and
    /// 4.3).
    private func isHeading(in text: Span<UInt8>, at start: Int) -> Bool {
        var position = start
        while position < text.count, position - start < 7, text[position] == UInt8(ascii: "#") { position += 1 }
        if position > start {
            let isLineEnd = position == text.count || [0x20, 0x09, 0x0A, 0x0D].contains(text[position])
            return position - start <= 6 && isLineEnd
        }
        let limit = min(text.count, start + Self.longestHeading)
        while position < limit, text[position] != 0x0A { position += 1 }
        guard position < limit else { return false }
        position += 1
        guard position < text.count else { return false }
        let underline = text[position]
        guard underline == UInt8(ascii: "=") || underline == UInt8(ascii: "-"), text[start] != underline else {
            return false
        }
        let first = position
        let end = min(text.count, first + Self.longestHeading)
        while position < end, text[position] == underline { position += 1 }
        guard position - first >= 3 else { return false }
        while position < end, text[position] == 0x20 || text[position] == 0x0D { position += 1 }
        return position == text.count || (position < end && text[position] == 0x0A)
    }
}

/// How good a position is for a cut, the worst first.
enum PassageBoundary: Int, Comparable {
    /// Between two words without a separator, such as a letter and a comma.
    case adjacent
    case word
    case sentence
    case line
    case blankLine
    case formFeed
    case heading

    /// Whether another subject begins here, so passages should not overlap.
    var beginsSection: Bool { self >= .formFeed }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
