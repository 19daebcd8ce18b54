import ArgumentParser
import Indexing
import Ingest
import Inspection
import Platform
import Settings
import Spool
import SystemPackage

/// `vectorspool explain`: tells all that is known of one file.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what became of a file: where it lies, what the index has of it, and why it failed.",
        discussion: """
            PATH is a path below the inbox, such as notes/a.md, or a path of the file in any folder of the spool. Exit code 1 \
            means that nothing is known of such a file.
            """)

    @Argument(help: ArgumentHelp("The file.", valueName: "path"))
    var path: FilePath

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let place = try await daemon.place()
        let ingest = place.settings.ingest
        let path = Explanation.path(of: path, in: place.spool, from: CurrentProcess.folder)
        let explanation = try Explanation.gather(
            path, spool: place.spool, index: ingest.indexing.indexDirectory, patterns: ingest.ignore,
            page: place.running?.page)
        try StandardStream.output.write(json ? explanation.json + "\n" : explanation.text(Style(for: .output)))
        if explanation.isEmpty { throw ExitCode(1) }
    }
}
