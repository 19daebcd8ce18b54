import Text

/// The lines of a passage that best show why it was found.
package struct Snippet: Sendable, Equatable {
    /// The lines, each at most as wide as requested, unless a single word is wider.
    package let lines: [String]

    /// Chooses at most `limit` lines that fit into `columns`.
    ///
    /// White space is folded and control characters are made visible. The lines with the most different words of the
    /// query win, and among those the earliest. The search itself is by meaning, so there may be no such word.
    /// `highlight` formats a word that is also in the query.
    package init(of text: String, query: String, columns: Int, limit: Int, highlight: (String) -> String) {
        let words = text.split(whereSeparator: \.isWhitespace).map { TerminalText.visible(String($0)) }
        let wanted = Set(query.split(whereSeparator: \.isWhitespace).map(Self.folded).filter { $0.utf8.count > 2 })
        let matches = words.map { word in
            let folded = Self.folded(word)
            return wanted.contains(folded) ? folded : nil
        }
        let layout = Layout(widths: words.map { TerminalText.width(of: $0) }, columns: max(columns, 20), limit: limit)
        let chosen = Self.best(layout, matches: matches)
        lines = chosen.map { line in
            let text = line.map { matches[$0] == nil ? words[$0] : highlight(words[$0]) }.joined(separator: " ")
            let before = line.lowerBound > 0 && line == chosen.first ? "…" : ""
            let after = line.upperBound < words.count && line == chosen.last ? "…" : ""
            return before + text + after
        }
    }

    /// Folds case and removes surrounding punctuation, to compare words.
    private static func folded(_ word: some StringProtocol) -> String {
        let start = word.lowercased().drop { !$0.isLetter && !$0.isNumber }
        guard let last = start.lastIndex(where: { $0.isLetter || $0.isNumber }) else { return "" }
        return String(start[...last])
    }

    private static func best(_ layout: Layout, matches: [String?]) -> [Range<Int>] {
        var best = layout.lines(from: 0)
        var found = 0
        for start in matches.indices {
            let lines = layout.lines(from: start)
            guard let first = lines.first, let last = lines.last else { break }
            let count = Set(matches[first.lowerBound..<last.upperBound].compactMap(\.self)).count
            if count > found {
                best = lines
                found = count
            }
            // From here on, later starts only lose words.
            if last.upperBound == matches.count { break }
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
