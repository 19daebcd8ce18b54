package import Search
import Text

/// The lines of a passage that best show why it was found.
package struct Snippet: Sendable, Equatable {
    /// The lines, each at most as wide as requested, unless a single word is wider.
    package let lines: [String]

    /// Chooses at most `limit` lines that fit into `columns`.
    ///
    /// White space is folded and control characters are made visible. A passage that fits is shown whole. Of another one the lines
    /// begin with its best sentence; in a sentence that is too long, where most of its marks are. `highlight` formats what is marked.
    package init(
        of text: String, _ excerpt: HitExcerpt, columns: Int, limit: Int, highlight: (String) -> String
    ) {
        let words = Self.words(of: Array(text.utf8), excerpt)
        let layout = Layout(widths: words.map(\.width), columns: max(columns, 20), limit: limit)
        let chosen = Self.best(layout, words)
        lines = chosen.map { line in
            let text = line.map { words[$0].formatted(highlight) }.joined(separator: " ")
            let before = line.lowerBound > 0 && line == chosen.first ? "…" : ""
            let after = line.upperBound < words.count && line == chosen.last ? "…" : ""
            return before + text + after
        }
    }

    /// What stands between white space.
    private struct Word {
        var parts: [MarkedText]
        var width: Int
        /// Whether a mark begins in it.
        var isMarked: Bool
        var isInSentence: Bool

        func formatted(_ highlight: (String) -> String) -> String {
            parts.map { $0.isMarked ? highlight($0.text) : $0.text }.joined()
        }
    }

    private static func words(of text: [UInt8], _ excerpt: HitExcerpt) -> [Word] {
        var words: [Word] = []
        var rest = excerpt.matches[...]
        // Bytes that are white space beyond ASCII stay within words; only lines would break there.
        for range in Self.ranges(of: text) {
            while let match = rest.first, match.upperBound <= range.lowerBound { rest.removeFirst() }
            let parts = MarkedText.parts(of: text, range, rest)
            words.append(
                Word(
                    parts: parts, width: parts.reduce(0) { $0 + TerminalText.width(of: $1.text) },
                    isMarked: parts.contains(where: \.isMarked),
                    isInSentence: excerpt.sentence.contains(range.lowerBound)))
        }
        return words
    }

    private static func ranges(of text: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        for (offset, byte) in text.enumerated() {
            if byte.isASCIISpace {
                if let first = start { ranges.append(first..<offset) }
                start = nil
            } else if start == nil {
                start = offset
            }
        }
        if let start { ranges.append(start..<text.count) }
        return ranges
    }

    private static func best(_ layout: Layout, _ words: [Word]) -> [Range<Int>] {
        let whole = layout.lines(from: 0)
        guard let last = whole.last, last.upperBound < words.count,
            let first = words.firstIndex(where: \.isInSentence)
        else { return whole }
        var best = layout.lines(from: first)
        var most = -1
        for start in words[first...].indices.prefix(while: { words[$0].isInSentence }) {
            let lines = layout.lines(from: start)
            guard let begin = lines.first, let end = lines.last else { break }
            let count = words[begin.lowerBound..<end.upperBound].count(where: { $0.isMarked && $0.isInSentence })
            if count > most { (best, most) = (lines, count) }
            // From here on, later starts only lose words.
            if end.upperBound == words.count || !words[end.upperBound].isInSentence { break }
        }
        return best
    }

    /// The division of words into lines.
    private struct Layout {
        let widths: [Int]
        let columns: Int
        let limit: Int

        /// The lines that begin with the word at `start`, as ranges of words.
        func lines(from start: Int) -> [Range<Int>] {
            var lines: [Range<Int>] = []
            var next = start
            while next < widths.count, lines.count < limit {
                let first = next
                // The marks for omitted text before and after take one column each.
                var used = widths[next] + (next > 0 && lines.isEmpty ? 1 : 0)
                next += 1
                while next < widths.count {
                    let width = used + 1 + widths[next]
                    let mark = lines.count == limit - 1 && next + 1 < widths.count ? 1 : 0
                    guard width + mark <= columns else { break }
                    used = width
                    next += 1
                }
                lines.append(first..<next)
            }
            return lines
        }
    }
}
