import ArgumentParser
import Indexing
import Ingest
import Inspection
import Platform
import Settings
import Spool
import SystemPackage

/// `vectorspool reload`: checks the configuration, and lets the daemon read it again.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Check the configuration and let the running daemon read it again.",
        discussion: """
            Exit codes: 0 when the new configuration is in force, 78 when it is refused and the old one stays, 75 when no \
            daemon runs or it does not answer, 73 when the daemon is another user's: then root may reload it.
            """)

    @OptionGroup var daemon: DaemonOption

    func run() async throws {
        // This refuses a wrong configuration before the daemon hears of it.
        let place = try await daemon.place()
        guard let running = place.running else {
            try place.refuseClosedPage(
                "the configuration is right as far as this command can see it, and the daemon has not been told",
                command: "reload")
            throw ConsoleError(
                .busy,
                "no daemon works on \(place.spool.root.displayName); the next one reads the configuration when it starts"
            )
        }
        try await check(running, place)
        try Self.checkHolder(running, place.spool)
        let before = running.page.reloads ?? 0
        do throws(PlatformError) {
            try running.process.hangUp()
        } catch {
            switch error.cause {
            case .notPermitted:
                throw ConsoleError(
                    .cannotWrite, "process \(running.page.process) belongs to another user; use sudo vectorspool reload"
                )
            case .noSuchProcess: throw ConsoleError(.busy, "the daemon has just ended")
            default: throw error
            }
        }
        let answer = try await place.wait(atMost: .seconds(15)) { ($0.page.reloads ?? 0) > before }
        guard let answer else {
            throw ConsoleError(.busy, "the daemon has not answered within 15 s; see its log and vectorspool status")
        }
        if let refusal = answer.page.reloadError {
            throw ConsoleError(.configuration, "the daemon refuses it, and the old configuration stays: \(refusal)")
        }
        let later = answer.page.reloadLater ?? []
        // The daemon alone knows what it was started with.
        if let key = later.first(where: IndexingOptions.keptKeys.contains), answer.page.generation > 0 {
            throw ConsoleError(
                .configuration,
                "the configuration has been read again, but an index never changes its \(key), and with this one the daemon would not "
                    + "start again: set it back, or make the index anew (README.md: Make the index anew)")
        }
        try StandardStream.output.write(
            "The configuration has been read again.\n"
                + (later.isEmpty ? "" : "A restart is needed for: \(later.joined(separator: ", "))\n"))
    }

    /// Checks the file that the daemon reads, where it is another one than this command has read.
    private func check(_ running: StatusReading, _ place: DaemonOption.Place) async throws {
        guard let file = running.page.configuration.map({ FilePath($0) }), FileStatus.exists(file) else { return }
        // The daemon's environment and flags are not known here; what they give is given to nobody else.
        let source = ConfigurationSource(
            file: file, environment: [:], flags: [.spoolDirectory: place.spool.root.string])
        _ = try await source.load(defaultModel: InstalledFiles.current.model ?? "/")
    }

    /// Refuses when another process than the page's holds the spool; only the daemon's user and root can see that.
    private static func checkHolder(_ running: StatusReading, _ spool: SpoolDirectory) throws(ConsoleError) {
        guard let bytes = try? FileContents.read(spool.lock, limit: 64),
            let holder = Int32(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }),
            holder != running.page.process, ProcessTable.isAlive(holder)
        else { return }
        throw ConsoleError(
            .busy, "the status page is of process \(running.page.process), but process \(holder) holds the spool")
    }
}
