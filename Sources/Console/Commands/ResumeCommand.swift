import ArgumentParser
import Ingest
import Inspection
import Platform
import Spool

/// `vectorspool resume`: ends a pause.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let the daemon go on after `vectorspool pause`.")

    @OptionGroup var daemon: DaemonOption

    func run() async throws {
        let place = try await daemon.place()
        let requests = try place.requests()
        guard try PauseFlag.read(in: requests) != nil else {
            return try StandardStream.output.write("Not paused.\n" + Self.note(place.running))
        }
        do throws(PlatformError) {
            try PauseFlag.remove(in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        guard place.running != nil else { return try StandardStream.output.write("Resumed. No daemon runs now.\n") }
        let reading = try await place.wait { $0.page.pausedBy == nil }
        try StandardStream.output.write("Resumed.\n" + Self.note(reading))
    }

    /// What a resume cannot mend.
    private static func note(_ reading: StatusReading?) -> String {
        guard let reason = reading?.page.pausedReason else { return "" }
        return "The daemon waits for the system, and goes on by itself: \(reason)\n"
    }
}
