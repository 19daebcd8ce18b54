import ArgumentParser
import Ingest
import Inspection
import Platform
import Spool

/// `vectorspool pause`: lets the daemon finish what it has begun, and take nothing new.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let the daemon take nothing new until `vectorspool resume`.",
        discussion: """
            Files that are in work already are finished and committed. Dropped files wait in the inbox. The pause outlives \
            restarts and reboots, and works with and without a daemon.
            """)

    @OptionGroup var daemon: DaemonOption

    func run() async throws {
        let place = try await daemon.place()
        let requests = try place.requests()
        if let flag = try PauseFlag.read(in: requests) {
            return try StandardStream.output.write("Already \(flag.summary)\n")
        }
        let user = CurrentProcess.user
        let name = CurrentProcess.userName ?? "user \(user)"
        let sudo = user == 0 ? CurrentProcess.environment("SUDO_USER") : nil
        do throws(PlatformError) {
            try PauseFlag(by: sudo ?? name, user: user, since: RealTime.now.timestamp).write(in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        guard place.running != nil else {
            return try StandardStream.output.write(
                "Paused. No daemon runs now; the next one takes nothing before vectorspool resume.\n")
        }
        guard let held = try await place.wait(for: { $0.page.pausedBy != nil }) else {
            return try StandardStream.output.write(
                "Paused. The daemon has not confirmed it yet; see vectorspool status.\n")
        }
        let left = held.page.inWork
        try StandardStream.output.write(
            "Paused. "
                + (left > 0
                    ? "\(Figures.counted(left, "file")) in work will be finished and committed.\n"
                    : "Nothing is in work.\n"))
    }
}
