import ArgumentParser
import Identity
import Indexing
import Ingest
import Inspection
import Platform
import Settings
import Spool
import SystemPackage
import Text

/// `vectorspool explain`: tells all that is known of one file.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what became of a file: where it lies, what the index has of it, and why it failed.",
        discussion: """
            PATH is a path below the inbox, such as notes/a.md, a path of the file in any folder of the spool, or a document as \
            `vectorspool search` prints it, such as list.jsonl#7 or done/a.md:12. Exit code 1 means that nothing is known of it.
            """)

    @Argument(help: ArgumentHelp("The file.", valueName: "path"))
    var path: String

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let place = try await daemon.place()
        let ingest = place.settings.ingest
        let page = place.running?.page
        var explanation = try Explanation.gather(
            DocumentName(TypedArguments.current.bytes(of: path)), from: CurrentProcess.folder, spool: place.spool,
            index: ingest.indexing.indexDirectory, patterns: ingest.ignore, page: page)
        explanation.isUnattended = page == nil && !place.runsClosed
        try StandardStream.output.write(json ? explanation.json + "\n" : explanation.text(Style(for: .output)))
        if explanation.isEmpty { throw ExitCode(1) }
    }
}
