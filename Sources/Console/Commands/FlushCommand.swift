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
            Files that the daemon cannot take are not waited for; they are named. Exit code 75 means that no daemon runs, \
            that it is paused, or that the time was over.
            """)

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Wait; there is nothing else to do.")
    var wait = false

    @Option(help: ArgumentHelp("The longest time to wait. Default: for ever.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        guard wait else { throw ValidationError("Give --wait: the daemon commits by itself, and flush waits for it.") }
        guard timeout.map({ $0 > 0 }) ?? true else { throw ValidationError("--timeout must be greater than 0.") }
    }

    func run() async throws {
        try show(try await Self.wait(try await daemon.place(), timeout: timeout))
    }

    /// Waits until everything that was dropped before is committed or failed.
    ///
    /// - Returns: the daemon's answer, a JSON object.
    static func wait(_ place: DaemonOption.Place, timeout: Double? = nil) async throws -> [UInt8] {
        try Self.check(place)
        let requests = try place.requests(orDroppers: true)
        let id: String
        do throws(PlatformError) {
            id = try SpoolRequest.leave(.flush, in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        do {
            return try await answer(to: id, in: requests, place, timeout: timeout)
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
        to id: String, in requests: OpenDirectory, _ place: DaemonOption.Place, timeout: Double?
    ) async throws -> [UInt8] {
        var progress = ProgressLine()
        defer { progress.finish() }
        let began = ContinuousClock.now
        var nextCheck = began + .seconds(1)
        while true {
            if let answer = try SpoolRequest.takeAnswer(to: id, in: requests) { return answer }
            let now = ContinuousClock.now
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

    /// Why there is no answer in time, as far as the page tells.
    private static func lateness(_ page: SpoolStatus?, _ seconds: Double, in requests: OpenDirectory) -> String {
        let time = "after \(seconds) s"
        guard let page else {
            return "there is no answer \(time): files are still being taken, or the daemon hangs; its log tells more"
        }
        let inbox = page.inbox
        if page.calibratingPassages != nil {
            return
                "not everything is committed \(time): there is too little text yet to make ranges from; drop more, or "
                + "start the daemon with --ranges"
        }
        if inbox.queued + inbox.settling + inbox.beingWritten + inbox.empty + page.inWork > 0 || page.hasMore == true {
            return "not everything is committed \(time): \(inbox.queued) queued, \(inbox.settling) settling, "
                + "\(inbox.beingWritten) being written, \(inbox.empty) empty, \(page.inWork) in work; see vectorspool status"
        }
        return "there is no answer \(time), although nothing is queued or in work: perhaps too many requests lie "
            + "in \(requests.path.displayName); vectorspool doctor and its log tell more"
    }

    private func show(_ answer: [UInt8]) throws {
        guard let line = try? JSONLine(answer), let text = JSONText.rewritten(String(decoding: answer, as: UTF8.self))
        else { throw ConsoleError(.input, "the daemon's answer cannot be read") }
        if json { return try StandardStream.output.write(text + "\n") }
        func number(_ name: String) -> Int {
            line.members.first { $0.name == name }.flatMap { line.integer($0) }.flatMap { Int($0) } ?? 0
        }
        try StandardStream.output.write("Committed: generation \(number("generation")).\n")
        if number("blocked_count") > 0 {
            try StandardStream.error.write("some files cannot be taken; vectorspool status names them\n")
        }
    }
}
