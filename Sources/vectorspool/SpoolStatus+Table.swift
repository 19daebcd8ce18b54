import Ingest
import Quantization
import Search

extension SpoolStatus {
    /// The status for a person: its summary, then a table of names and values, then what asks for attention.
    func table(_ style: Style) -> String {
        let isGone = !isAlive && state != .stopped
        let heading = isGone ? "Not running; this is what it left behind" : TerminalText.visible(summary)
        let role: Style.Role = isGone || state == .paused ? .bad : .good
        var lines = [
            ("spool", spool), ("index", index), ("model", "\(model), \(precision), \(compute)"),
            ("inbox", "\(inbox.queued) queued, \(inbox.settling) settling, \(inbox.being_written) being written"),
            ("in work", Figures.counted(in_work, "file")),
            (
                "done",
                "\(Figures.counted(done_files, "file")), \(Figures.grouped(unchanged_files)) unchanged, "
                    + "\(Figures.grouped(failed_files)) failed"
            ),
            (
                "holds",
                "\(Figures.counted(documents, "document")), \(Figures.counted(rows, "row")), generation \(generation)"
            ),
            ("written", "\(written), process \(process)"),
        ]
        if let calibrating_passages {
            lines.append(("calibrating", Figures.counted(calibrating_passages, "passage") + " so far"))
        }
        let table = lines.map { name, value in
            style.dressed(name + String(repeating: " ", count: max(12 - name.count, 1)), .faint)
                + TerminalText.visible(value) + "\n"
        }
        return style.dressed(heading, role) + "\n" + table.joined() + attention
    }

    private var attention: String {
        var text = Quantizer.clippingNote(share: clipped_share)
        for (path, remedy) in inbox.blocked.sorted(by: { $0.key < $1.key }) {
            text += TerminalText.visible("blocked: \(path): \(remedy)") + "\n"
        }
        if failed_lines > 0 { text += "\(Figures.counted(failed_lines, "line")) of JSON Lines failed, see failed/\n" }
        if let reload_error {
            text += TerminalText.visible("the new configuration was not taken: \(reload_error)") + "\n"
        }
        return text
    }
}
