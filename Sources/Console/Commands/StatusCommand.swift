import ArgumentParser
import Ingest
import Inspection
import Platform
import Quantization
import Settings
import SystemPackage
import Text

/// `vectorspool status`: shows what the daemon of a spool is doing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the daemon of a spool is doing.",
        discussion: "Exit code 66 means that no daemon has left a status there.")

    @OptionGroup var configured: ConfigurationOption

    @Option(help: ArgumentHelp("The spool.", valueName: "folder"))
    var spool: FilePath?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let flags = spool.map { [SettingsKey.spoolDirectory: $0.string] } ?? [:]
        let source = configured.source(flags: flags)
        // The status names the daemon's model; reading it requires no installed model.
        let configuration = try await source.load(defaultModel: InstalledFiles.current.model ?? "/")
        let status = try SpoolStatus.read(from: configuration.runtimeDirectory)
        if json {
            try StandardStream.output.write(status.jsonLine.rawSpan)
        } else {
            let page = configuration.runtimeDirectory.appending(SpoolStatus.fileName)
            let age = RealTime.now.nanoseconds - (try FileStatus.followingLinks(page).modified)
            let text = status.table(Style(for: .output), age: .nanoseconds(max(age, 0)))
            try StandardStream.output.write(text)
        }
    }
}

extension SpoolStatus {
    /// The status for a person: its summary, then a table of names and values, then what needs attention.
    ///
    /// `age` is the time since the page was written; newer documents may already be searchable.
    func table(_ style: Style, age: Duration) -> String {
        let isGone = !isAlive && state != .stopped
        let heading = isGone ? "Not running; this is its last status" : TerminalText.visible(summary)
        let role: Style.Role = isGone || state == .paused ? .bad : .good
        var lines = [
            ("spool", spool), ("index", index), ("model", "\(model), \(precision), \(compute)"),
            ("inbox", "\(inbox.queued) queued, \(inbox.settling) settling, \(inbox.beingWritten) being written"),
            ("in work", Figures.counted(inWork, "file")),
            (
                "done",
                "\(Figures.counted(doneFiles, "file")), \(Figures.grouped(unchangedFiles)) unchanged, "
                    + "\(Figures.grouped(failedFiles)) failed"
            ),
            (
                "holds",
                "\(Figures.counted(documents, "document")), \(Figures.counted(rows, "row")), generation \(generation)"
            ),
            ("written", "\(Self.words(age)) ago, \(written), process \(process)"),
        ]
        if let calibratingPassages {
            lines.append(("calibrating", Figures.counted(calibratingPassages, "passage") + " so far"))
        }
        let table = lines.map { name, value in
            style.dressed(name + String(repeating: " ", count: max(12 - name.count, 1)), .faint)
                + TerminalText.visible(value) + "\n"
        }
        return style.dressed(heading, role) + "\n" + table.joined() + attention
    }

    private static func words(_ age: Duration) -> String {
        let seconds = age / .seconds(1)
        if seconds < 100 { return "\((seconds * 10).rounded() / 10) s" }
        return seconds < 7200 ? "\(Int(seconds / 60)) min" : "\(Int(seconds / 3600)) h"
    }

    private var attention: String {
        var text = Quantizer.clippingNote(share: clippedShare)
        for (path, remedy) in inbox.blocked.sorted(by: { $0.key < $1.key }) {
            text += TerminalText.visible("blocked: \(path): \(remedy)") + "\n"
        }
        if failedLines > 0 { text += "\(Figures.counted(failedLines, "line")) of JSON Lines failed, see failed/\n" }
        if let reloadError {
            text += TerminalText.visible("the new configuration was refused: \(reloadError)") + "\n"
        }
        return text
    }
}
