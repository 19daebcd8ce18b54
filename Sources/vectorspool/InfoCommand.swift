import ArgumentParser
import Platform
import Search
import Shards
import Text

/// `vectorspool info`: what an index holds.
struct InfoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Tell what an index holds and what it was made with.")

    @OptionGroup var index: IndexOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let snapshot = try Snapshot.open(index.directory, decodesCodes: false)
        let summary = IndexSummary(snapshot)
        try StandardStream.output.write(json ? summary.json + "\n" : summary.table(Style(for: .output)))
        try StandardStream.error.write(
            summary.warning + snapshot.damage.map { "warning: \(TerminalText.visible("\($0)"))\n" }.joined())
    }
}
