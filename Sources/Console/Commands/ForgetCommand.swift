import ArgumentParser
import FoundationEssentials
import Ingest
import Inspection
import Platform
import Settings
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
        try show(try await forget(wish, in: requests, place))
    }

    /// How long a process may hold the spool without having said that it is a daemon, as one does that starts or ends, and
    /// how long a daemon may hang or wait for the system.
    private static let patience = Duration.seconds(30)

    /// Has the running daemon do it, or does it where none runs.
    private func forget(
        _ wish: ForgetWish, in requests: OpenDirectory, _ place: DaemonOption.Place
    ) async throws -> ForgetAnswer {
        var progress = ProgressLine()
        defer { progress.finish() }
        let end = ContinuousClock.now + Self.patience
        while place.running == nil {
            try Self.checkUser(place.spool)
            let spool: UnattendedSpool
            do throws(SpoolError) {
                spool = try UnattendedSpool(place.settings.ingest)
            } catch {
                guard error.code == .busy else { throw error }
                guard ContinuousClock.now < end else {
                    throw ConsoleError(
                        .busy,
                        "nothing was forgotten, since the daemon has not begun to answer for \(Figures.time(Self.patience)): see "
                            + "its log, and run this again; \(error)")
                }
                progress.show("waiting for a daemon that starts or ends")
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            progress.finish()
            return try spool.forget(wish)
        }
        return try await ask(wish, in: requests, place)
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

    /// Refuses to write files of which the daemon would not be the owner.
    private static func checkUser(_ spool: SpoolDirectory) throws(ConsoleError) {
        guard let owner = (try? FileStatus.of(spool.work))?.owner, owner != CurrentProcess.user else { return }
        throw ConsoleError(
            .cannotWrite,
            "no daemon runs, and the spool belongs to user \(owner): start the daemon, and run this again when vectorspool "
                + "status says Ready; or run this with sudo -u '#\(owner)'")
    }

    private func ask(
        _ wish: ForgetWish, in requests: OpenDirectory, _ place: DaemonOption.Place
    ) async throws -> ForgetAnswer {
        InterruptSignal.note()
        let id: String
        do throws(PlatformError) {
            id = try wish.leave(in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        var progress = ProgressLine()
        defer { progress.finish() }
        do {
            var nextCheck = ContinuousClock.now + .seconds(1)
            var stuckSince: ContinuousClock.Instant?
            while true {
                if let answer = try SpoolRequest.takeAnswer(to: id, in: requests) {
                    return try JSONDecoder().decode(ForgetAnswer.self, from: Data(answer))
                }
                guard !InterruptSignal.hasCome else {
                    throw ConsoleError(
                        .busy,
                        "interrupted; the request is withdrawn, so nothing is forgotten unless the daemon had begun: "
                            + "'vectorspool log' tells")
                }
                if ContinuousClock.now >= nextCheck {
                    nextCheck = ContinuousClock.now + .seconds(1)
                    guard let page = place.running?.page else {
                        throw ConsoleError(
                            .busy,
                            "the daemon has ended before it answered; run this again, which changes nothing twice")
                    }
                    // Many documents take their time, while the page goes on.
                    let isStuck = page.isOld == true || page.pausedReason != nil
                    stuckSince = isStuck ? stuckSince ?? .now : nil
                    if let stuckSince, stuckSince.duration(to: .now) >= Self.patience {
                        throw ConsoleError(
                            .busy,
                            "nothing was forgotten, since the daemon has not answered for \(Figures.time(Self.patience)): "
                                + "\(page.summary); the request is withdrawn, so run this again when vectorspool status says "
                                + "Ready")
                    }
                    progress.show("waiting for the daemon: \(page.summary)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        } catch {
            SpoolRequest.withdraw(id, in: requests)
            throw error is DecodingError ? ConsoleError(.input, "the daemon's answer cannot be read") : error
        }
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
