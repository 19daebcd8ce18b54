import ArgumentParser
import Ingest
import Inspection
import Platform
import Spool
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
                let page = place.running?.page
                throw ConsoleError(
                    .busy,
                    "not everything is committed after \(timeout) s: \(page?.inbox.queued ?? 0) files are queued, "
                        + "\(page?.inWork ?? 0) in work"
                        + (page?.calibratingPassages == nil
                            ? "" : ", and there is too little text yet to make ranges from")
                        + "; see vectorspool status")
            }
            if now >= nextCheck {
                nextCheck = now + .seconds(1)
                try Self.check(place)
                if let summary = place.running?.page.summary { progress.show("waiting: \(summary)") }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
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
