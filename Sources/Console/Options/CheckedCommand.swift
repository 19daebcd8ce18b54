import ArgumentParser
import Platform
import Text

/// A command whose options depend on one another.
///
/// The argument parser calls `validate()` before it looks for unknown options, so a check there would hide the name of
/// an unknown option; `check()` runs after parsing.
protocol CheckedCommand {
    /// Refuses options that do not go together.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check() throws
}

extension ParsableCommand {
    /// Ends the process like `exit(withError:)`, but with safe output for a terminal: the parser quotes arguments.
    ///
    /// - Parameters:
    ///   - error: what the parser says.
    ///   - advice: a further sentence after its own; nil for none.
    static func end(with error: any Error, advising advice: String? = nil) -> Never {
        var text = fullMessage(for: error)
        if let advice {
            let end = text.firstIndex(of: "\n") ?? text.endIndex
            text.insert(contentsOf: (text[..<end].hasSuffix("?") ? " " : ". ") + advice, at: end)
        }
        end(text, with: exitCode(for: error))
    }

    /// Ends the process for an error that was found after parsing, with the usage of a subcommand.
    static func end(with error: any Error, in subcommand: any ParsableCommand.Type) -> Never {
        end("Error: \(message(for: error))\nUsage: \(usageString(for: subcommand))", with: exitCode(for: error))
    }

    private static func end(_ text: String, with status: ExitCode) -> Never {
        let stream = status.isSuccess ? StandardStream.output : StandardStream.error
        if !text.isEmpty { try? stream.write(TerminalText.visibleLines(text) + "\n") }
        exit(withError: status)
    }
}
