import Text

/// A piece of a line that is safe to show, with its tabs, and whether it is marked.
struct MarkedText: Sendable, Equatable {
    let text: String
    let isMarked: Bool

    /// A range of bytes as pieces that are marked and others, in turn.
    ///
    /// - Parameters:
    ///   - text: the text in UTF-8.
    ///   - range: the bytes to show.
    ///   - matches: the bytes of the text that are marked, in their order.
    /// - Returns: the pieces in their order.
    static func parts(of text: [UInt8], _ range: Range<Int>, _ matches: some Sequence<Range<Int>>) -> [MarkedText] {
        var parts: [MarkedText] = []
        var position = range.lowerBound
        func add(upTo end: Int, isMarked: Bool) {
            guard position < end else { return }
            let piece = TerminalText.visibleLine(String(decoding: text[position..<end], as: UTF8.self))
            parts.append(MarkedText(text: piece, isMarked: isMarked))
            position = end
        }
        for match in matches {
            guard match.lowerBound < range.upperBound else { break }
            add(upTo: max(match.lowerBound, range.lowerBound), isMarked: false)
            add(upTo: min(match.upperBound, range.upperBound), isMarked: true)
        }
        add(upTo: range.upperBound, isMarked: false)
        return parts
    }

    /// The lines of a text, each as its pieces; a line feed at the end begins no further one.
    static func lines(of text: [UInt8], _ matches: [Range<Int>]) -> [[MarkedText]] {
        var lines: [[MarkedText]] = []
        var rest = matches[...]
        var start = 0
        while start < text.count {
            var end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            let next = end + 1
            if end > start, end < text.count, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            while let match = rest.first, match.upperBound <= start { rest.removeFirst() }
            lines.append(parts(of: text, start..<end, rest))
            start = next
        }
        return lines
    }
}
