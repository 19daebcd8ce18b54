import ArgumentParser
import Encoding
import Ingest
import Platform
import Search
import SystemPackage

/// `vectorspool status`: what the daemon of a spool is doing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell what the daemon of a spool is doing.",
        discussion: "Exit code 66 says that no daemon has left a status there.")

    @Option(help: ArgumentHelp("The daemon's configuration.", valueName: "file"))
    var config: FilePath?

    @Option(help: ArgumentHelp("The spool.", valueName: "folder"))
    var spool: FilePath?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let flags = spool.map { [ConfigurationKey.spoolDirectory: $0.string] } ?? [:]
        let source = ConfigurationSource(file: config, flags: flags)
        // The status says which model the daemon has; none needs to be installed to read it.
        let configuration = try await source.load(defaultModel: InstalledFiles.current.model ?? "/")
        let status = try SpoolStatus.read(from: configuration.runtimeDirectory)
        if json {
            try StandardStream.output.write(status.jsonLine.rawSpan)
        } else {
            let page = configuration.runtimeDirectory.appending(SpoolStatus.fileName)
            let age = RealTime.now.nanoseconds - (try FileStatus.followingLinks(page).modified)
            let text = status.table(Style(for: .output), age: .nanoseconds(max(age, 0)))
            try StandardStream.output.write(text)
        }
    }
}
