import ArgumentParser
import Inspection
import Platform
import Search
import Spool
import SystemPackage
import Text

/// `vectorspool log`: prints the journal.
struct LogCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Say what became of the files, the newest last.",
        discussion: """
            It reads the journal of the spool, which goes back 400 days, and needs no daemon. Times are printed in UTC. Exit \
            code 1 means that nothing matches, 65 that nothing does and a part of the journal cannot be read.
            """)

    @Option(
        help: ArgumentHelp(
            "Only what happened then or later: 2026-01-31, 2026-01-31T10:00, yesterday, or 7d for seven days ago.",
            discussion: "Also hours and weeks ago, 12h and 2w. Times without a zone are local.", valueName: "time"))
    var since: String?

    @Option(name: .customLong("path"), help: ArgumentHelp("Only files whose path matches.", valueName: "glob"))
    var path: String?

    @Option(
        help: ArgumentHelp(
            "Only this outcome: \(JournalEntry.Outcome.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "outcome"))
    var outcome: String?

    @Option(
        name: .customShort("n"), parsing: .unconditional,
        help: ArgumentHelp("At most so many, the newest. Default: 50, or all with --since.", valueName: "number"))
    var count: Int?

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print JSON Lines.")
    var json = false

    func check() throws {
        if let since, Moment(parsing: since) == nil {
            throw ValidationError(
                "--since takes a time such as 2026-01-31, 2026-01-31T10:00, yesterday or 7d; '\(since)' is none.")
        }
        if let outcome, JournalEntry.Outcome(rawValue: outcome) == nil {
            let known = JournalEntry.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--outcome is one of \(known); '\(outcome)' is none.")
        }
        guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("-n must be at least 1.") }
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
        // Entries have a time of UTC, which sorts as text.
        let first = since.flatMap { Moment(parsing: $0) }.map {
            RealTime(nanoseconds: max($0.span.lowerBound, 0)).timestamp
        }
        let damages = try JournalReading(place.spool, since: first).forEachEntry { entry in
            guard first.map({ entry.time >= $0 }) ?? true, outcome.map({ entry.outcome.rawValue == $0 }) ?? true,
                globs.map({ $0.match(entry.path.bytes) != nil }) ?? true
            else { return }
            found += 1
            guard limit < Int.max else { return try show(entry, style) }
            kept.append(entry)
            if kept.count / 2 >= limit { kept.removeFirst(limit) }
        }
        for entry in kept.suffix(limit) { try show(entry, style) }
        for damage in damages { try StandardStream.error.write(TerminalText.visible(damage.sentence) + "\n") }
        if found == 0, damages.isEmpty, !json {
            try StandardStream.error.write(
                "No entry matches.\(since == nil ? "" : " Entries have times in UTC; --since without a zone is local.")\n"
            )
        }
        if found == 0 { throw ExitCode(damages.isEmpty ? 1 : ExitStatus.badData) }
    }

    private func show(_ entry: JournalEntry, _ style: Style) throws {
        try StandardStream.output.write((json ? entry.line : entry.text(style)) + "\n")
    }
}

extension JournalReading.Damage {
    /// How much cannot be read, and where.
    fileprivate var sentence: String {
        var parts: [String] = []
        if lines > 0 {
            parts.append(
                "\(Figures.counted(lines, "line")) cannot be read and \(lines == 1 ? "was" : "were") left out, the first is line "
                    + Figures.grouped(first))
        }
        if let reason { parts.append("what follows cannot be read: \(reason)") }
        return file.displayName + ": " + parts.joined(separator: "; ")
    }
}
