import Platform

/// The command of a pager.
package struct PagerCommand: Equatable {
    /// The program and its arguments.
    package let words: [String]

    /// What pagers are told where the environment does not tell them, as git does: less ends by itself where the text fits on the
    /// screen, shows colours, and leaves the text there.
    static let variables = ["LESS": "FRX"]

    /// The command that the environment names: `VECTORSPOOL_PAGER`, else `PAGER`, else less; nil for none.
    ///
    /// A terminal that cannot move its cursor (`TERM=dumb`) has none, because less complains there and waits.
    static var chosen: PagerCommand? {
        guard CurrentProcess.environment("TERM") != "dumb" else { return nil }
        return PagerCommand(variable("VECTORSPOOL_PAGER") ?? variable("PAGER") ?? "less")
    }

    /// Reads a command; nil where it means that there is no pager.
    ///
    /// What has signs of the shell is run by it. It is not asked otherwise, because it would complain where there is no such
    /// program; it shows the text itself then.
    package init?(_ command: String) {
        let words = command.split(whereSeparator: \.isWhitespace).map { String($0) }
        guard !words.isEmpty, words != ["cat"] else { return nil }
        let hasSigns = command.contains { "|&;<>()$`\\\"'*?[]#~={}!%\n".contains($0) }
        self.words = hasSigns ? ["/bin/sh", "-c", command + "\ncase $? in 126 | 127) exec cat ;; esac"] : words
    }

    /// The value of a variable, which may be empty; nil when it is not set.
    private static func variable(_ name: String) -> String? { EnvironmentVariables.withPrefix(name)[name] }
}
