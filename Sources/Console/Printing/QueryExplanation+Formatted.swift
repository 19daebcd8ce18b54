package import Search
import Text

extension HitExplanation {
    /// The parts of a score as a sum: `= 0.4321 cosine + 0.0412 storage`.
    package var formatted: String {
        let parts =
            (cosine.map { ["\(Figures.decimals($0, 4)) cosine"] } ?? [])
            + words.map { "\(Figures.decimals($0.weight, 4)) \(TerminalText.excerpt($0.term))" }
        return parts.isEmpty ? "= 0: there is nothing to rank by" : "= " + parts.joined(separator: " + ")
    }
}

extension QueryExplanation {
    /// The block after the hits of a query, for a person; each line ends with a newline.
    package func formatted(_ style: Style) -> String {
        var lines: [(String, String)] = []
        for (number, term) in terms.enumerated() {
            let part = term.isAlternative ? ", where the whole is not" : ""
            lines.append(
                (
                    number == 0 ? "terms" : "",
                    "\(TerminalText.excerpt(term.text)): idf \(Figures.decimals(term.weight, 2)), in "
                        + Figures.counted(term.rows, "passage") + part
                ))
        }
        if !conditions.isEmpty {
            lines.append(
                (
                    "conditions",
                    TerminalText.visible(conditions.joined(separator: " ")) + ": the text of "
                        + Figures.counted(checkedRows, "passage") + " was read"
                ))
        }
        lines.append(
            ("scanned", "\(Figures.counted(tally.scannedRows, "row")), \(Figures.bytes(tally.codeBytes)) of codes"))
        if !terms.isEmpty {
            lines.append(
                (
                    "postings",
                    "\(Figures.counted(tally.readBlocks, "block")) read, \(Figures.grouped(skippedBlocks)) skipped; "
                        + "\(Figures.counted(tally.completedRows, "row")) looked up one by one"
                ))
        }
        let stages = times.all.map { "\($0.rawValue) \(Figures.decimals($1 / .milliseconds(1), 1)) ms" }
        let shared = queryCount > 1 ? ", for \(queryCount) queries at once" : ""
        lines.append(("time", stages.joined(separator: ", ") + shared))
        return lines.map { name, value in
            style.dressed("     " + name + String(repeating: " ", count: 12 - name.count) + value, .faint) + "\n"
        }.joined()
    }
}
