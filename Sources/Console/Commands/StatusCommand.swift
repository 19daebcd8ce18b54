import ArgumentParser
import Ingest
import Inspection
import Platform
import SystemPackage

/// `vectorspool status`: shows what the daemon of a spool is doing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the daemon of a spool is doing.",
        discussion: """
            The page says how old it is and whether the daemon still runs. Exit code 66 means that no daemon has left a \
            status there.
            """)

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Show it again whenever it changes, until Ctrl-C.")
    var watch = false

    @Flag(help: "Print one JSON object, or with --watch one a line for each change.")
    var json = false

    func run() async throws {
        let place = try await daemon.place()
        var last = try StatusReading.read(from: place.runtimeDirectory)
        try show(last)
        while watch {
            try await Task.sleep(for: .milliseconds(250))
            let next = try StatusReading.read(from: place.runtimeDirectory)
            // A person sees the age grow; a program waits for news.
            guard next.page.written != last.page.written || next.life != last.life || Self.isTerminal && !json else {
                continue
            }
            last = next
            try show(next)
        }
    }

    private static var isTerminal: Bool { StandardStream.output.isTerminal }

    private func show(_ reading: StatusReading) throws {
        guard !json else { return try StandardStream.output.write(reading.page.jsonLine.rawSpan) }
        // From the top left corner, and what is left of the last page is cleared: without a flicker.
        let isRedrawn = watch && Self.isTerminal
        let text = reading.table(Style(for: .output))
        let lines = isRedrawn ? text.replacing("\n", with: "\u{1B}[K\n") : text
        try StandardStream.output.write(isRedrawn ? "\u{1B}[H" + lines + "\u{1B}[J" : lines + (watch ? "\n" : ""))
    }
}
