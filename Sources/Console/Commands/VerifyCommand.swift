import ArgumentParser
import Platform
package import Shards
package import Spool
import SystemPackage
import Text

/// `vectorspool verify`: checks that every byte of an index is as written.
struct VerifyCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of an index and name the file and position of any damage.",
        discussion: """
            Exit code 65 means that something is damaged. --repair makes the index one of what is sound: it sets the rest aside in the \
            folder damaged/ of the index, removes nothing, and lists the documents that are lost, with where their originals lie. \
            --requeue also moves those originals from done/ back into the inbox, from which the daemon indexes them again. Stop the daemon \
            before.
            """)

    @OptionGroup var index: IndexOption

    @Option(
        help: ArgumentHelp("The spool of the index. Default: that of the configuration.", valueName: "folder"))
    var spool: FilePath?

    @Flag(help: "Make the index one of what is sound, if something is damaged.")
    var repair = false

    @Flag(help: "With --repair: drop the originals of lost documents again.")
    var requeue = false

    @Flag(help: "Print JSON Lines: each finding, then a summary.")
    var json = false

    func check() throws {
        guard repair || !requeue else { throw ValidationError("--requeue goes with --repair.") }
    }

    func run() async throws {
        var place = try await index.place()
        if let spool { place.spool = SpoolDirectory(spool) }
        let directory = place.index
        var line = ProgressLine()
        var checked = 0
        let report = try IndexVerifier.verify(directory) { name, bytes in
            checked += bytes
            line.show("\(Figures.bytes(checked)) checked, \(name)")
        }
        line.finish()
        try StandardStream.output.write(json ? report.json : report.summary(Style(for: .output)))
        try StandardStream.error.write(json || repair ? "" : report.failures(in: directory.string, of: place.spool))
        if repair, !report.isSound { return try RepairReport(place, isJSON: json).repair(isRequeuing: requeue) }
        guard report.isSound else { throw ExitCode(65) }
    }
}

extension VerificationReport {
    /// The findings as JSON Lines: an object for each, then a summary.
    package var json: String {
        var text = ""
        for finding in findings {
            var object = JSONObject()
            object.add("file", finding.file)
            object.add("section", finding.section)
            object.add("offset", rawJSON: finding.offset.map { "\($0)" } ?? "null")
            object.add("message", finding.message)
            text += object.text + "\n"
        }
        var object = JSONObject()
        object.add("sound", isSound)
        object.add("findings", findings.count)
        object.add("files", fileCount)
        object.add("bytes", byteCount)
        object.add("rows", rowCount)
        object.add("generation", rawJSON: generation.map { "\($0)" } ?? "null")
        object.add("orphans", orphans)
        return text + object.text + "\n"
    }

    /// A line for an intact index; empty when there are findings.
    package func summary(_ style: Style) -> String {
        guard isSound else { return "" }
        let generation = generation.map { ", generation \($0)" } ?? ""
        var text = style.dressed("ok", .good) + ": \(Figures.counted(fileCount, "file")), \(Figures.bytes(byteCount)), "
        text += "\(Figures.counted(rowCount, "row"))\(generation): every byte is as written\n"
        if !orphans.isEmpty {
            let count = Figures.counted(orphans.count, "file")
            text +=
                "\(count) that no generation names, harmless: \(orphans.map { TerminalText.visible($0) }.joined(separator: ", "))\n"
        }
        return text
    }

    /// A line for each finding, and what to do; empty when there is none.
    ///
    /// `directory` is the index as the user named it, `spool` its spool where that is known.
    package func failures(in directory: String, of spool: SpoolDirectory? = nil) -> String {
        guard !isSound else { return "" }
        return findings.map { TerminalText.visible("\(directory)/\($0)") + "\n" }.joined()
            + "\(Figures.counted(findings.count, "finding")): restore these files from a backup; or stop the daemon and run "
            + "vectorspool verify --repair --requeue, which keeps what is sound; or make the index anew, from the files that the spool keeps: stop the daemon, run \(Self.renewal(directory, spool)), and start it again\n"
    }

    /// The commands that leave the daemon an empty index and everything to take again.
    private static func renewal(_ index: String, _ spool: SpoolDirectory?) -> String {
        let back = spool?.commandToTakeAgain() ?? "mv SPOOL/done/* SPOOL/inbox/"
        let index = FilePath(index)
        return
            "mv -T \(ShellWord.quoted(index.bytes)) \(ShellWord.quoted(index.bytes + Array(".damaged".utf8))) && \(back)"
    }
}
