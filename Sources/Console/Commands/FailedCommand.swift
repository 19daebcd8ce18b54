import ArgumentParser
import Platform
import Spool
import SystemPackage
import Text

/// `vectorspool failed`: lists the files that could not be indexed.
struct FailedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failed",
        abstract: "List the files that could not be indexed, each with the reason and what to do.",
        discussion: "It needs no running daemon. With --json each file is a line of JSON.")

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print JSON Lines.")
    var json = false

    func run() async throws {
        let place = try await daemon.place()
        let files = try place.failedFiles().all()
        let style = Style(for: .output)
        for file in files { try StandardStream.output.write((json ? file.json : file.text(style)) + "\n") }
        guard !json else { return }
        try StandardStream.output.write(
            files.isEmpty ? "Nothing has failed.\n" : "\(Figures.counted(files.count, "file")).\n")
    }
}

extension FailedFile {
    /// Path and reason, then what to do.
    func text(_ style: Style) -> String {
        style.dressed(path.displayName, .path) + "  " + style.dressed(report.failedAt, .faint) + "\n  "
            + TerminalText.visible(report.summary) + "\n  "
            + style.dressed(TerminalText.visible("\(report.hint); \(report.remedy)"), .faint)
    }

    /// The file as a line of JSON.
    var json: String {
        var object = JSONObject()
        object.add("path", path.displayName)
        object.add("place", "failed/" + place.displayName)
        object.add("code", report.code)
        object.add("summary", report.summary)
        object.add("hint", report.hint)
        object.add("remedy", report.remedy)
        object.add("line", rawJSON: report.detail?.line.map { "\($0)" } ?? "null")
        object.add("failed_lines", rawJSON: report.failedLines.map { "\($0)" } ?? "null")
        object.add("failed_at", report.failedAt)
        object.add("size", report.size)
        return object.text
    }
}
