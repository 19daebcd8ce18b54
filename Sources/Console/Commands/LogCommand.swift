import ArgumentParser
import Inspection
import Platform
import Spool
import SystemPackage
import Text

/// `vectorspool log`: prints the journal.
struct LogCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Say what became of the files, the newest last.",
        discussion: """
            It reads the journal of the spool, which goes back 400 days, and needs no daemon. Exit code 1 means that nothing \
            matches.
            """)

    @Option(help: ArgumentHelp("The first day, such as 2026-11-27, in UTC.", valueName: "day"))
    var since: String?

    @Option(name: .customLong("path"), help: ArgumentHelp("Only files whose path matches.", valueName: "glob"))
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Only this outcome: \(JournalEntry.Outcome.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "outcome"))
    var outcome: String?

    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("At most so many, the newest. Default: 50, or all with --since.", valueName: "number"))
    var count: Int?

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print JSON Lines.")
    var json = false

    func check() throws {
        if let since, !Self.isDay(since) {
            throw ValidationError("--since takes a day such as 2026-11-27; '\(since)' is none.")
        }
        if let outcome, JournalEntry.Outcome(rawValue: outcome) == nil {
            let known = JournalEntry.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--outcome is one of \(known); '\(outcome)' is none.")
        }
        guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("-n must be at least 1.") }
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }

    func run() async throws {
        let place = try await daemon.place()
        let folder = place.spool.journal
        do throws(PlatformError) {
            _ = try OpenDirectory(folder)
        } catch {
            guard !error.isAbsence else {
                throw ConsoleError(
                    .missingInput,
                    "there is no journal at \(folder.displayName) yet; it begins with the first file, or give --spool or --config"
                )
            }
            throw DaemonOption.Place.refusal(error)
        }
        let globs = path.map { GlobList([$0]) }
        let limit = count ?? (since == nil ? 50 : Int.max)
        let style = Style(for: .output)
        // What is beyond the limit goes by halves, which costs little for each entry.
        var kept: [JournalEntry] = []
        var found = 0
        try JournalReading(place.spool, since: since).forEachEntry { entry in
            guard since.map({ entry.time >= $0 }) ?? true, outcome.map({ entry.outcome.rawValue == $0 }) ?? true,
                globs.map({ $0.match(entry.path.bytes) != nil }) ?? true
            else { return }
            found += 1
            guard limit < Int.max else { return try show(entry, style) }
            kept.append(entry)
            if kept.count / 2 >= limit { kept.removeFirst(limit) }
        }
        for entry in kept.suffix(limit) { try show(entry, style) }
        if found == 0 { throw ExitCode(1) }
    }

    private func show(_ entry: JournalEntry, _ style: Style) throws {
        try StandardStream.output.write((json ? entry.line : entry.text(style)) + "\n")
    }
}
