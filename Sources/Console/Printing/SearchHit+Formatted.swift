package import Search
import Text

/// How a hit is printed for a person.
package struct HitLayout: Sendable {
    /// What is shown of the passage.
    package enum Content: Sendable, Equatable {
        /// Up to three lines from the best sentence on, with white space folded.
        case snippet
        /// The passage as it stands.
        case passage
        /// The lines of the sentence and those around it, as they stand and numbered.
        case context
    }

    package var content = Content.snippet
    package var style: Style

    package init(_ style: Style, _ content: Content = .snippet) {
        self.content = content
        self.style = style
    }
}

extension SearchHit {
    /// The hit for a person: rank, score and place on the first line, and what is shown of the passage below.
    ///
    /// A path, where the dropped file is known to lie, has a line of its own.
    package func formatted(_ layout: HitLayout, path: String? = nil) -> String {
        let style = layout.style
        let place = TerminalText.visible(document)
        let number = String(repeating: " ", count: max(0, 3 - "\(rank)".count)) + "\(rank)"
        let heading =
            style.dressed(number, .strong) + "  " + style.dressed(Self.shown(score), .good) + "  "
            + style.dressed(place, .path) + style.dressed(":" + lineRange, .faint)
        let file = path.map { [style.dressed($0, .faint)] } ?? []
        let lines = (file + content(layout)).map { "     " + $0 }
        return ([heading] + lines).map { $0 + "\n" }.joined() + placesFormatted(layout)
    }

    /// A further passage of the document above it, for a person.
    func formattedBelow(_ layout: HitLayout) -> String {
        let heading =
            layout.style.dressed(Self.shown(score), .good) + layout.style.dressed("  :" + lineRange, .faint)
        return ([heading] + content(layout)).map { "     " + $0 + "\n" }.joined() + placesFormatted(layout)
    }

    private func content(_ layout: HitLayout) -> [String] {
        passage(layout) + (explanation.map { [layout.style.dressed($0.formatted, .faint)] } ?? [])
    }

    private func passage(_ layout: HitLayout) -> [String] {
        let style = layout.style
        func dressed(_ line: [MarkedText]) -> String {
            line.map { $0.isMarked ? style.dressed($0.text, .match) : $0.text }.joined()
        }
        switch (layout.content, context) {
        case (.passage, _): return MarkedText.lines(of: Array(text.utf8), excerpt.matches).map(dressed)
        case (.context, let context?):
            let shift = bytes.lowerBound - context.bytes.lowerBound
            let matches = excerpt.matches.map { $0.lowerBound + shift..<$0.upperBound + shift }
                .filter { $0.lowerBound >= 0 && $0.upperBound <= context.text.count }
            let sentence = line(ofByte: excerpt.sentence.lowerBound)...line(ofByte: excerpt.sentence.upperBound)
            return MarkedText.lines(of: context.text, matches).enumerated().map { offset, line in
                let number = context.lines.lowerBound + offset
                return style.dressed("\(number)\(sentence.contains(number) ? ":" : "-")", .faint) + dressed(line)
            }
        case (.snippet, _), (.context, nil):
            return Snippet(of: text, excerpt, columns: style.columns - 5, limit: 3) { style.dressed($0, .match) }.lines
        }
    }

    /// A line for the error list of an editor, `path:line:column:text`: the line of the first mark of the best sentence.
    ///
    /// Columns count bytes from 1, as vim does. An object of JSON Lines is on one line of its file, whose columns are not those of its
    /// text.
    package func vimgrep(path: String?, fileLine: Int? = nil) -> String {
        let text = Array(text.utf8)
        let start = focus.lowerBound
        let first = text[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        var end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        if end > first, end < text.count, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let shown = TerminalText.visibleLine(String(decoding: text[first..<end], as: UTF8.self))
        let place = TerminalText.visible(path ?? document)
        if let fileLine { return "\(place):\(fileLine):1:\(shown)\n" }
        return "\(place):\(line(ofByte: start)):\(start - first + 1):\(shown)\n"
    }

    private var lineRange: String {
        lines.count == 1 ? "\(lines.lowerBound)" : "\(lines.lowerBound)-\(lines.upperBound)"
    }

    /// Four decimals, the most that distinguish two vectors of this length; scores of codes are whole numbers.
    static func shown(_ score: Double) -> String {
        guard score.isFinite, score.magnitude < 1e12 else { return "\(score)" }
        if score.magnitude >= 2, score == score.rounded() { return "\(Int(score))" }
        return Figures.decimals(score, 4)
    }
}
