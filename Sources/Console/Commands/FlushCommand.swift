import ArgumentParser
import Ingest
import Inspection
import Platform
import Spool
import SystemPackage
import Text

/// `vectorspool flush --wait`: returns when everything that was dropped before is committed or failed.
struct FlushCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        abstract: "Wait until everything that was dropped before can be found.",
        discussion: """
            Files that the daemon cannot take are not waited for, nor files that their writers keep open for more than 10 \
            seconds. Files that failed in the last minute or meanwhile are named; 'vectorspool drop --wait' tells by its \
            exit code whether one of yours did. Exit code 75 means that no daemon runs, that it is paused, or that the time \
            was over.
            """)

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Wait; there is nothing else to do.")
    var wait = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The longest time to wait. Default: for ever.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        guard wait else { throw ValidationError("Give --wait: the daemon commits by itself, and flush waits for it.") }
        guard timeout.map({ $0 > 0 && $0 < 1e9 }) ?? true else {
            throw ValidationError("--timeout must be greater than 0 and less than 1,000,000,000.")
        }
    }

    func run() async throws {
        let answer = try await Self.wait(try await daemon.place(), timeout: timeout)
        // What waits for more text is in no generation.
        let shortage = answer.waiting.first { $0.state == "waiting" }
        if json {
            try StandardStream.output.write(answer.json + "\n")
            if shortage != nil { throw ExitCode(ExitStatus.busy) }
        } else {
            try Self.show(answer.failed, count: answer.failedCount)
            let waiting = answer.waiting.filter { $0.state == "being_written" || $0.state == "deferred" }
            try Self.show(waiting, count: waiting.count)
            if let shortage { throw ConsoleError(.busy, "not everything is committed: \(shortage.reason)") }
            try StandardStream.output.write("Committed: generation \(answer.generation).\n")
            if answer.blockedCount > 0 {
                try StandardStream.error.write("some files cannot be taken; vectorspool status names them\n")
            }
        }
    }

    /// Waits until everything that was dropped before is committed or failed.
    ///
    /// - Parameters:
    ///   - place: the daemon's folders.
    ///   - wish: what is told of.
    ///   - timeout: the longest time in seconds.
    /// - Returns: the daemon's answer.
    /// - Throws: `ConsoleError` of code `.busy` where nobody answers in time.
    static func wait(
        _ place: DaemonOption.Place, _ wish: FlushWish = FlushWish(), timeout: Double? = nil
    ) async throws -> FlushAnswer {
        InterruptSignal.note()
        // Who starts the daemon and drops at once is not to hear that there is none.
        let latest = ContinuousClock.now + .seconds(5)
        while place.running == nil, !place.runsClosed, ContinuousClock.now < latest, !InterruptSignal.hasCome {
            try await Task.sleep(for: .milliseconds(50))
        }
        try Self.check(place)
        let requests = try place.requests(orDroppers: true)
        let id: String
        do throws(PlatformError) {
            id = try SpoolRequest.leave(.flush, in: requests) { wish.add(to: &$0) }
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        do {
            let answer = try await answer(to: id, wish, in: requests, place, timeout: timeout)
            guard let answer = FlushAnswer.read(answer) else {
                throw ConsoleError(
                    .input, "the daemon's answer cannot be read; it is of another version, so restart it")
            }
            return answer
        } catch {
            SpoolRequest.withdraw(id, in: requests)
            throw error
        }
    }

    /// Refuses to wait for nobody.
    private static func check(_ place: DaemonOption.Place) throws(ConsoleError) {
        guard let running = place.running else {
            if place.runsClosed { return }
            throw ConsoleError(
                .busy,
                "no daemon works on \(place.spool.root.displayName); dropped files wait in the inbox for the next one")
        }
        if let pause = running.page.pausedBy { throw ConsoleError(.busy, pause.summary) }
    }

    private static func answer(
        to id: String, _ wish: FlushWish, in requests: OpenDirectory, _ place: DaemonOption.Place, timeout: Double?
    ) async throws -> [UInt8] {
        var progress = ProgressLine()
        defer { progress.finish() }
        let began = ContinuousClock.now
        var nextCheck = began + .seconds(1)
        var told = StandardStream.error.isTerminal
        while true {
            if let answer = try SpoolRequest.takeAnswer(to: id, in: requests) { return answer }
            guard !InterruptSignal.hasCome else {
                throw ConsoleError(.busy, "interrupted; what was dropped is indexed all the same")
            }
            let now = ContinuousClock.now
            if !told, now >= began + .seconds(3) {
                told = true
                try StandardStream.error.write(TerminalText.visible(Self.patience(place.running?.page, wish)) + "\n")
            }
            if let timeout, began.duration(to: now) >= .seconds(timeout) {
                throw ConsoleError(.busy, Self.lateness(place.running?.page, timeout, in: requests))
            }
            if now >= nextCheck {
                nextCheck = now + .seconds(1)
                try Self.check(place)
                if let summary = place.running?.page.summary { progress.show("waiting: \(summary)") }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// What is waited for, told once where no line of progress shows it.
    ///
    /// - Parameters:
    ///   - page: the status page; nil for who may not read it.
    ///   - wish: what is told of.
    /// - Returns: a sentence without its end.
    static func patience(_ page: SpoolStatus?, _ wish: FlushWish) -> String {
        guard let page else {
            return "waiting for the daemon, whose page you may not read; 'vectorspool explain PATH' tells of a file"
        }
        let names = page.inbox.listed.filter { ["empty", "being_written"].contains($0.state) && wish.wants($0.path) }
        guard let name = names.first else { return "waiting: \(page.summary)" }
        let more = names.count > 1 ? "; and \(Figures.counted(names.count - 1, "more file"))" : ""
        return "waiting for \(name.path): \(name.reason)\(more)"
    }

    /// Why there is no answer in time, as far as the page tells.
    private static func lateness(_ page: SpoolStatus?, _ seconds: Double, in requests: OpenDirectory) -> String {
        let time = "after \(seconds) s"
        guard let page else {
            return "there is no answer \(time): files are still being taken, or the daemon hangs; its log tells more"
        }
        let inbox = page.inbox
        if let reason = page.pausedReason {
            return "not everything is committed \(time): the daemon waits for the system: \(reason)"
        }
        if page.calibratingPassages != nil {
            return
                "not everything is committed \(time): there is too little text yet to make ranges from; drop more, or "
                + "start the daemon with --ranges"
        }
        if inbox.queued + inbox.settling + inbox.beingWritten + inbox.empty + page.inWork > 0 || page.hasMore == true {
            return "not everything is committed \(time): \(inbox.queued) queued, \(inbox.settling) settling, "
                + "\(inbox.beingWritten) being written, \(inbox.empty) empty, \(page.inWork) in work; see vectorspool status"
        }
        if let root = inbox.listed.first(where: { $0.path == "." && $0.state == "blocked" }) {
            return "nothing can be taken: the inbox is blocked: \(root.reason)"
        }
        return "there is no answer \(time), although nothing is queued or in work: perhaps too many requests lie "
            + "in \(requests.path.displayName); vectorspool doctor and its log tell more"
    }

    /// Names files that came to no document.
    static func show(_ exceptions: [FlushAnswer.Exception], count: Int) throws {
        for exception in exceptions {
            let state = exception.state.replacing("_", with: " ")
            try StandardStream.error.write(
                "\(state): \(exception.path): \(TerminalText.visible(exception.reason))\n")
        }
        if count > exceptions.count {
            try StandardStream.error.write(
                "and \(count - exceptions.count) more; vectorspool failed lists what failed\n")
        }
    }
}
