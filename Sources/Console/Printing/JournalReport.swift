import Identity
import Platform
import Spool
import SystemPackage
import Text

extension JournalEntry {
    /// The outcome in words, without time and path.
    var told: String {
        var text = outcome.rawValue
        switch outcome {
        case .indexed:
            // Nothing was counted of a file whose run died before it was put away.
            if documents > 0 { text += ": \(Figures.counted(documents, "document"))" }
            if passages > 0 { text += ", \(Figures.counted(passages, "passage")) added" }
            if replaced > 0 {
                text +=
                    " in place of \(Figures.counted(replaced, "document")) of "
                    + Figures.counted(replacedPassages, "passage")
            }
            if unchanged > 0 { text += ", \(Figures.grouped(unchanged)) of them unchanged" }
            if failedLines > 0 { text += ", \(Figures.counted(failedLines, "line")) failed" }
            if let joinedTo { text += ", mended lines of \(joinedTo.displayName)" }
        case .unchanged:
            text += ": the index had it already"
            if failedLines > 0 { text += ", and \(Figures.counted(failedLines, "line")) failed" }
        case .failed: text += ": " + TerminalText.visible(summary ?? code ?? "")
        case .forgotten: text += item.map { ": the document " + TerminalText.name($0.utf8) } ?? ""
        }
        return text
    }

    /// The whole entry as a line for a person.
    func text(_ style: Style) -> String {
        let role: Style.Role = outcome == .failed ? .bad : .good
        return style.dressed(time, .faint) + "  " + style.dressed(path.displayName, .path) + "  "
            + style.dressed(told, role)
    }
}
