import ArgumentParser
import FoundationEssentials
import Ingest
import Platform
import Spool
import SystemPackage
import Text

/// `vectorspool forget`: takes documents out of the index, for good.
struct ForgetCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Take documents out of the index for good; dropped again they come back.",
        discussion: """
            No search finds them any more when the command ends, whether or not a daemon runs. Their files move to replaced/, \
            also those that wait in the inbox or have failed. A file of the inbox that the daemon may not move stays where it \
            is, and stays forgotten until somebody writes to it; the command names it. Of a .jsonl file whose documents are \
            named one by one the file stays. The text is in the files of the index until these are dropped. Exit code 1 means \
            that there is no such document, 65 that some of those that were named are unknown, 75 that the daemon did not \
            answer.
            """)

    @Argument(
        help: ArgumentHelp(
            "The documents, as `vectorspool search` prints them, or paths of their files.", valueName: "document"))
    var documents: [String] = []

    @Option(
        name: .customLong("glob"),
        help: ArgumentHelp(
            "Forget every file whose path matches, such as 'notes/**'; may be repeated.", valueName: "glob"))
    var globs: [String] = []

    @Flag(help: "Forget every file whose original is in done/ no more.")
    var missing = false

    @Flag(help: "Remove the files instead of keeping them in replaced/; what lies there already stays.")
    var delete = false

    @Flag(help: "Only say what would be forgotten.")
    var dryRun = false

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        guard !documents.isEmpty || !globs.isEmpty || missing else {
            throw ValidationError("Give documents, --glob or --missing.")
        }
        guard !documents.contains("") else { throw ValidationError("A document has a name.") }
    }

    func run() async throws {
        let place = try await daemon.place()
        let wish = ForgetWish(
            names: documents.map { Self.name($0, in: place.spool) }, globs: globs, isOfMissing: missing,
            isDeleting: delete, isDryRun: dryRun)
        // First of all, because it says what is wrong where there is no spool.
        let requests = try place.requests()
        try show(try await WaitForForgetting(wish: wish, requests: requests, place: place).answer())
    }

    /// A path into the spool becomes one below the inbox; anything else stays as it was typed.
    private static func name(_ argument: String, in spool: SpoolDirectory) -> String {
        let bytes = TypedArguments.current.bytes(of: argument)
        let place = FilePath(bytes: bytes).map { $0.isAbsolute ? $0 : CurrentProcess.folder.pushing($0) }
        let path = place.flatMap { spool.path(ofPlace: $0) }?.bytes ?? []
        let name = path.isEmpty ? bytes : path
        // A request holds text, and whoever answers it turns the form back that is shown.
        return String(validating: name, as: UTF8.self) ?? TerminalText.name(name)
    }

    private func show(_ answer: ForgetAnswer) throws {
        if let refusal = answer.refusal { throw ConsoleError(.input, refusal) }
        try StandardStream.output.write(json ? answer.json + "\n" : answer.text)
        for name in answer.unknown {
            try StandardStream.error.write(
                "\(TerminalText.visible(name)): no such document; give it as 'vectorspool search' prints it, and a whole folder "
                    + "as --glob 'folder/**'\n")
        }
        for file in answer.left {
            try StandardStream.error.write(
                "\(TerminalText.visible(file)) stays there, since the daemon may not move it, and stays forgotten until somebody "
                    + "writes to it\n")
        }
        guard answer.nameCount + answer.already.count > 0 else { throw ExitCode(1) }
        if !answer.unknown.isEmpty { throw ExitCode(ExitStatus.badData) }
    }
}

extension ForgetAnswer {
    /// The names, then the sum.
    var text: String {
        var text = ""
        for name in names {
            text += TerminalText.visible(name) + (isDryRun ? " would be forgotten\n" : " is forgotten\n")
        }
        if nameCount > names.count { text += "and \(Figures.grouped(nameCount - names.count)) more\n" }
        for name in already { text += TerminalText.visible(name) + " was forgotten already\n" }
        guard nameCount > 0 else { return already.isEmpty ? "Nothing to forget.\n" : text }
        text += "\(Figures.counted(documents, "document")), \(Figures.counted(passages, "passage"))"
        if movedFiles > 0 { text += "; \(Figures.counted(movedFiles, "file")) moved to replaced/" }
        if deletedFiles > 0 { text += "; \(Figures.counted(deletedFiles, "file")) removed" }
        return text + "\n"
    }
}
