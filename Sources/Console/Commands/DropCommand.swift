import ArgumentParser
import Ingest
import Platform
import Settings
import Spool
import SystemPackage
import Text

/// `vectorspool drop`: hands files and folders over to the daemon.
struct DropCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Hand files and folders over to the inbox, each as a whole.",
        discussion: """
            They are copied, with modes that let the daemon read and move them whatever the umask is, and appear in the inbox \
            when all of it is on the disk. No daemon needs to run. Links are not followed, and names that spool.ignore \
            excludes are left out. A file takes its name to the inbox or to the folder of --into, not the folder it lies in; a folder \
            takes all that is in it. What cannot be handed over is named, the rest goes on, and the exit code is 65; with \
            --wait also what is handed over and fails.
            """)

    @Argument(help: ArgumentHelp("The files and folders.", valueName: "path"))
    var paths: [FilePath]

    @Flag(help: "Remove each source when its copy is safe on the disk.")
    var move = false

    @Option(help: ArgumentHelp("The folder below the inbox that receives them.", valueName: "folder"))
    var into: FilePath?

    @Flag(help: "Wait until all of it can be found.")
    var wait = false

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        // An unset variable of a shell; as the current folder it would hand over everything.
        guard !paths.contains(where: \.isEmpty) else {
            throw ValidationError("A path is empty; name the files and folders, and '.' for the current folder.")
        }
        guard let into else { return }
        let isBelow = into.isRelative && !into.isEmpty && into.components.allSatisfy { $0.kind == .regular }
        guard isBelow else { throw ValidationError("--into needs a folder below the inbox, such as notes/2026.") }
    }

    func run() async throws {
        let place = try await daemon.place()
        let began = RealTime.now
        let thread = ThreadPool(name: "drop", threads: 1)
        let outcome = await withTaskExecutorPreference(thread) { Self.drop(paths, into, move, place) }
        await thread.finish()
        let report = outcome.report
        if !json {
            for refusal in report.refusals {
                try StandardStream.error.write(
                    "not handed over: \(refusal.source.displayName): \(TerminalText.visible(refusal.reason))\n")
            }
        }
        if let failure = outcome.failure {
            if json {
                try StandardStream.output.write(report.json(place.spool.inbox) + "\n")
            } else if report.files > 0 {
                try StandardStream.error.write(summary(report, place))
            }
            throw failure
        }
        if !json { try StandardStream.output.write(summary(report, place)) }
        var answer: FlushAnswer?
        if wait, report.files > 0 {
            do {
                answer = try await FlushCommand.wait(
                    place, FlushWish(since: began, places: report.places))
            } catch {
                // What is handed over is told of, although nobody commits it now.
                if json { try StandardStream.output.write(report.json(place.spool.inbox) + "\n") }
                throw error
            }
        }
        let exceptions = answer.map { $0.failed + $0.waiting }
        let count = answer.map { $0.failedCount + $0.waiting.count } ?? 0
        if json {
            try StandardStream.output.write(report.json(place.spool.inbox, exceptions) + "\n")
        } else if let exceptions {
            try FlushCommand.show(exceptions, count: count)
            try StandardStream.output.write(
                count == 0 ? "Committed.\n" : "Committed, but for \(Figures.counted(count, "file")).\n")
        }
        if !report.refusals.isEmpty || count > 0 { throw ExitCode(ExitStatus.badData) }
    }

    private func summary(_ report: DropReport, _ place: DaemonOption.Place) -> String {
        var text =
            report.files == 0
            ? "Nothing was handed over" + (report.refusals.isEmpty ? ": there is no file that the daemon takes" : "")
            : "Handed over \(Figures.counted(report.files, "file")) (\(Figures.bytes(report.bytes))) to "
                + place.spool.inbox.pushing(
                    report.places.count == 1 ? report.places[0] : into ?? FilePath()
                ).displayName
        if report.excluded > 0 {
            text +=
                "; left out \(Figures.counted(report.excluded, "name")) that spool.ignore or the built-in list excludes"
        }
        return text + ".\n"
    }

    /// Drops one path after another; blocks.
    private static func drop(
        _ paths: [FilePath], _ into: FilePath?, _ moves: Bool, _ place: DaemonOption.Place
    ) -> (report: DropReport, failure: (any Error)?) {
        InterruptSignal.note()
        let line = Progress()
        defer { line.finish() }
        let dropper: Dropper
        do throws(PlatformError) {
            dropper = try Dropper(
                place.spool, into: into ?? FilePath(), moves: moves, ignore: place.settings.ingest.ignore,
                isInterrupted: { InterruptSignal.hasCome }, progress: line.show)
        } catch {
            return (DropReport(), refusal(error, place.spool))
        }
        do throws(SpoolError) { try dropper.checkFolder() } catch { return (dropper.report, error) }
        for path in paths {
            let source = (path.isAbsolute ? path : CurrentProcess.folder.pushing(path)).lexicallyNormalized()
            do throws(PlatformError) {
                try dropper.drop(source)
            } catch {
                return (dropper.report, failure(error, of: source, place.spool.inbox))
            }
        }
        return (dropper.report, nil)
    }

    /// Why a source and what follows it were not handed over.
    private static func failure(_ error: PlatformError, of source: FilePath, _ inbox: FilePath) -> ConsoleError {
        if error.code == .busy {
            return ConsoleError(.busy, "interrupted; what is not complete was removed from the inbox")
        }
        let consequence = "so \(source.displayName) and what follows it were not handed over"
        return Place.fullDisk(error, of: inbox, consequence)
            ?? ConsoleError(.cannotWrite, "\(inbox.displayName): \(error.withoutPath), \(consequence)")
    }

    private typealias Place = DaemonOption.Place

    /// The line of progress, for closures.
    private final class Progress {
        private var line = ProgressLine()

        func show(_ report: DropReport) {
            line.show("handing over: \(Figures.counted(report.files, "file")), \(Figures.bytes(report.bytes))")
        }

        func finish() { line.finish() }
    }

    /// Why nothing can be dropped, with the command that mends it.
    private static func refusal(_ error: PlatformError, _ spool: SpoolDirectory) -> any Error {
        let inbox = spool.inbox.displayName
        if error.isAbsence { return DaemonOption.Place.absence(of: spool.inbox) }
        if error.cause == .readOnlyFileSystem {
            return ConsoleError(
                .cannotWrite,
                "the file system of \(inbox) is read-only, so nothing can be dropped there; dmesg may say why: mount it writable, "
                    + "or give another --spool")
        }
        guard error.cause == .permissionDenied, let status = try? FileStatus.of(spool.inbox) else { return error }
        let user = CurrentProcess.userName ?? "\(CurrentProcess.user)"
        guard status.permissions & 0o020 != 0, let group = CurrentProcess.name(ofGroup: status.group) else {
            return ConsoleError(
                .cannotWrite,
                "\(inbox) belongs to user \(status.owner) with mode \(String(status.permissions, radix: 8)), and user "
                    + "\(user) may not write there; give another --spool, or ask its owner to drop this")
        }
        return ConsoleError(
            .cannotWrite,
            "only members of the group \(group) may drop files into \(inbox), and user \(user) is not one of them now; run: "
                + "sudo usermod --append --groups \(group) \(user), and log in again")
    }
}

extension DropReport {
    /// The report as one JSON object; `exceptions` came to no document.
    func json(_ inbox: FilePath, _ exceptions: [FlushAnswer.Exception]? = nil) -> String {
        var object = JSONObject()
        object.add("inbox", inbox.displayName)
        object.add("files", files)
        object.add("bytes", bytes)
        object.add("places", rawJSON: "[" + places.map { JSONText.quoted($0.displayName) }.joined(separator: ",") + "]")
        object.add("excluded", excluded)
        let refused = refusals.map { refusal in
            var object = JSONObject()
            object.add("path", refusal.source.displayName)
            object.add("reason", refusal.reason)
            return object.text
        }
        object.add("refused", rawJSON: "[" + refused.joined(separator: ",") + "]")
        if let exceptions { object.add("not_committed", rawJSON: FlushAnswer.json(exceptions)) }
        return object.text
    }
}
