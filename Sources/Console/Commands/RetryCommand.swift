import ArgumentParser
import Identity
import Inspection
import Platform
import Spool
import SystemPackage
import Text

/// `vectorspool retry`: gives failed files back to the inbox.
struct RetryCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Move failed files back to the inbox, to their own paths.",
        discussion: """
            A file keeps its path, so it stays the same document. Who may only drop files may retry their own, which the daemon \
            does for them. Without a running daemon it is tried at the next start. Exit code 65 means that some stay in \
            failed/, each with what is in its way.
            """)

    @Argument(help: ArgumentHelp("The paths, as `vectorspool failed` shows them.", valueName: "path"))
    var paths: [String] = []

    @Flag(help: "Retry everything that failed.")
    var all = false

    @OptionGroup var daemon: DaemonOption

    func check() throws {
        guard paths.isEmpty == all else { throw ValidationError("Give either paths or --all.") }
    }

    func run() async throws {
        let place = try await daemon.place()
        let files = try place.failedFiles()
        var left = 0
        let wanted = try all ? files.all() : named(files, in: place.spool, &left)
        if all, wanted.isEmpty { try StandardStream.output.write("Nothing has failed.\n") }
        for file in wanted {
            let name = file.path.displayName
            if let obstacle = try await retry(file, files, place) {
                left += 1
                try StandardStream.error.write("\(name)\(TerminalText.visible(obstacle))\n")
            } else {
                try StandardStream.output.write("\(name) is back in the inbox\n")
            }
        }
        if left > 0 { throw ExitCode(ExitStatus.badData) }
    }

    /// Moves a file back, or asks the daemon to when only it may; returns what keeps it from being tried, after its name.
    private func retry(
        _ file: FailedFile, _ files: FailedFiles, _ place: DaemonOption.Place
    ) async throws -> String? {
        do throws(PlatformError) {
            return try files.retry(file).obstacle
        } catch {
            let isRefused = error.cause == .permissionDenied || error.cause == .notPermitted
            if isRefused, place.running != nil || place.runsClosed { return try await ask(file, place) }
            guard let obstacle = files.obstacle(to: file, error) else { throw error }
            return Self.staying(obstacle)
        }
    }

    private static func staying(_ reason: String) -> String { " stays in failed/: " + reason }

    /// Has the daemon move a file back.
    private func ask(_ file: FailedFile, _ place: DaemonOption.Place) async throws -> String? {
        let requests = try place.requests(orDroppers: true)
        let id: String
        do throws(PlatformError) {
            id = try SpoolRequest.leave(.retry, file.path, in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if let answer = try SpoolRequest.takeAnswer(to: id, in: requests), let line = try? JSONLine(answer) {
                func text(_ name: String) -> String? {
                    line.members.first { $0.name == name }.flatMap { line.string($0) }
                }
                if let outcome = text("answer").flatMap(FailedFiles.RetryOutcome.init) { return outcome.obstacle }
                return Self.staying(text("reason") ?? "the daemon refused it")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        SpoolRequest.withdraw(id, in: requests)
        throw ConsoleError(.busy, "the daemon has not answered for 10 s; see vectorspool status")
    }

    private func named(_ files: FailedFiles, in spool: SpoolDirectory, _ left: inout Int) throws -> [FailedFile] {
        var found: [FailedFile] = []
        for path in paths {
            let name = DocumentName(TypedArguments.current.bytes(of: path))
            let forms = name.files(in: spool, from: CurrentProcess.folder).filter { $0.item == nil }.map(\.path)
            var file: FailedFile?
            for form in forms where file == nil { file = try files.file(of: form) }
            if let file {
                found.append(file)
            } else {
                left += 1
                let advice =
                    forms.isEmpty
                    ? "it leads out of the spool; give a path as 'vectorspool failed' lists it"
                    : "no such file has failed; 'vectorspool failed' lists those that have"
                try StandardStream.error.write("\(TerminalText.visible(path)): \(advice)\n")
            }
        }
        return found
    }
}

extension FailedFiles.RetryOutcome {
    /// What keeps a file from being tried again, and what to do, after its name; nil for one that is back in the inbox.
    fileprivate var obstacle: String? {
        switch self {
        case .back: nil
        case .newerWaits: " stays in failed/: a newer file waits at its path in the inbox, and is tried instead"
        case .folderInTheWay:
            " stays in failed/: a folder lies at its path in the inbox; move that folder away or give it another name, and run "
                + "this again"
        case .fileInTheWay:
            " stays in failed/: a file of the inbox has the name of one of its folders; when the daemon has taken that file, or "
                + "it was moved away, run this again"
        case .onlyReported:
            ": the encoder refused these lines, which lie in done/ with the others; correct your copy of the file and drop it again"
        case .gone: ": somebody has taken it out of failed/; drop it again to try it"
        }
    }
}
