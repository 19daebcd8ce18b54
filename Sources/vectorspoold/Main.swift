import ArgumentParser
import Daemon
import Identity
import Platform
import Settings
import SystemPackage
import Text

/// The daemon's command line.
@main
struct Vectorspoold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectorspoold",
        abstract: "Watches an inbox and indexes every text file dropped there for semantic search.",
        discussion: """
            Flags override the environment (VECTORSPOOL_SPOOL_DIRECTORY and so on), which overrides the file:
            that of --config, else of VECTORSPOOL_CONFIG, and where no spool is given so, the user's or /etc/vectorspool.yaml.
            Exit codes: 0 done, 64 usage, 73 cannot write, 75 interrupted or another daemon has the spool,
            78 configuration, 65 a damaged index; with --once also 65 when a dropped file failed.

            Keys of the configuration, which vectorspool.yaml(5) and the installed file explain:
            \(SettingsCatalogue.standard.overview)
            """,
        version: ProgramVersion.current)

    @Option(help: "The configuration, a YAML file.") var config: String?
    @Option(help: "The spool, where inbox/ and the other folders are made; the default index is DIR/index.")
    var spool: String?
    @Option(help: "The index directory.") var index: String?
    @Option(help: "A sentence-transformers folder.") var model: String?
    @Option(help: "The ranges of a new index, a .npy file.") var ranges: String?
    @Flag(help: "Index the files in the inbox, commit, print a summary and end.") var once = false
    @Flag(help: "Check the configuration and end.") var checkConfig = false
    @Option(help: .hidden) var printConfig: SettingsDocument?

    static func main() async {
        // A manager may request a reload at any moment, and the signal would end the process before this.
        HangupSignal.note()
        CurrentProcess.silenceDispatch()
        do {
            var command = try parseAsRoot()
            if let command = command as? Vectorspoold { try await command.run() } else { try command.run() }
        } catch {
            // The parser quotes arguments, which may contain text that must not reach a terminal.
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            let stream = status.isSuccess ? StandardStream.output : StandardStream.error
            if !text.isEmpty { try? stream.write(TerminalText.visibleLines(text) + "\n") }
            exit(withError: status)
        }
    }

    func run() async throws {
        if let printConfig { return try StandardStream.output.write(printConfig.text()) }
        let flags: [SettingsKey: String?] = [
            .spoolDirectory: spool, .indexDirectory: index, .modelDirectory: model, .ranges: ranges,
        ]
        let source = ConfigurationSource(
            file: config.map { FilePath($0) } ?? ConfigurationPlaces.current.file(hasSpool: spool != nil),
            flags: flags.compactMapValues(\.self))
        let code = try await DaemonCommand(source: source, isDraining: once, isChecking: checkConfig).run()
        guard code == 0 else { throw ExitCode(code) }
    }
}
