import Text

extension SearchHit {
    /// The hit for a person: rank, score and place on the first line, under it up to three lines of the passage.
    package func formatted(_ style: Style) -> String {
        let place = TerminalText.visible(document)
        let range = lines.count == 1 ? "\(lines.lowerBound)" : "\(lines.lowerBound)-\(lines.upperBound)"
        let number = String(repeating: " ", count: max(0, 3 - "\(rank)".count)) + "\(rank)"
        let snippet = Snippet(of: text, query: query, columns: style.columns - 5, limit: 3) {
            style.dressed($0, .match)
        }
        let heading =
            style.dressed(number, .strong) + "  " + style.dressed(Self.shown(score), .good) + "  "
            + style.dressed(place, .path) + style.dressed(":" + range, .faint)
        return ([heading] + snippet.lines.map { "     " + $0 }).map { $0 + "\n" }.joined()
    }

    /// Four decimals, as many as two vectors of this length can be told apart by; scores of codes are whole.
    private static func shown(_ score: Double) -> String {
        guard score.isFinite, score.magnitude < 1e12 else { return "\(score)" }
        if score.magnitude >= 2, score == score.rounded() { return "\(Int(score))" }
        return Figures.decimals(score, 4)
    }
}
