package import ArgumentParser
import Identity
import Platform
import Text

/// The command line, which searches an index, makes its parts and inspects it.
package struct VectorSpool: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "vectorspool",
        abstract: "Search a folder of text by meaning, offline.",
        discussion: """
            Exit codes: 0 success, 1 nothing found, 64 wrong usage, 65 bad data, 66 missing input, 73 cannot write, \
            75 busy, 78 wrong configuration or parts that do not belong together.
            """,
        version: ProgramVersion.current,
        subcommands: [
            SearchCommand.self, ShowCommand.self, DropCommand.self, InfoCommand.self, VerifyCommand.self,
            CompactCommand.self, MergeCommand.self, SnapshotCommand.self,
            StatusCommand.self,
            ExplainCommand.self,
            FailedCommand.self, RetryCommand.self, PauseCommand.self, ResumeCommand.self, ReloadCommand.self,
            FlushCommand.self, ForgetCommand.self, PruneCommand.self, LogCommand.self, DoctorCommand.self,
            EncodeCommand.self, CalibrateCommand.self, QuantizeCommand.self,
            InitCommand.self,
        ])

    private static func checkedCommand() throws -> any ParsableCommand {
        let arguments = TypedArguments.current.texts
        try checkWord(arguments)
        try SearchCommand.checkDashes(arguments)
        let command = try parseAsRoot(arguments)
        do {
            try (command as? any CheckedCommand)?.check()
        } catch {
            end(with: error, in: type(of: command))
        }
        return command
    }

    /// Refuses a word that is no command by its name, and guesses which one is meant; the parser would name an option first,
    /// or show the help.
    private static func checkWord(_ arguments: [String]) throws {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard let word = words.first, !word.hasPrefix("-"), !names.contains(word) else { return }
        let guess = LikeWord.nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? "."
        throw ValidationError("There is no command '\(word)'\(guess)")
    }

    package init() {}

    /// Runs the requested command and ends the process with its exit code.
    package static func run() async {
        CurrentProcess.surviveFailingWrites()
        UnreadableMapping.endProcess(
            saying: """
                vectorspool: a file that was being read became shorter, or its disk cannot be read: find out which with \
                vectorspool verify, and restore it from a back-up or drop its documents again

                """, code: ExitStatus.badData)
        var type: (any ParsableCommand.Type)?
        do {
            var command = try checkedCommand()
            type = Swift.type(of: command)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            // A command finds some mistakes only as it runs; its own usage helps then.
            if error is ValidationError, let type { end(with: error, in: type) }
            guard let failure = Failure(error) else {
                end(with: error, advising: SearchCommand.advice(on: error, TypedArguments.current.texts))
            }
            if !failure.message.isEmpty { try? StandardStream.error.write("vectorspool: \(failure.message)\n") }
            exit(withError: failure.status)
        }
    }
}
