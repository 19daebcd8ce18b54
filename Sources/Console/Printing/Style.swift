package import Platform

/// How output for people is dressed: colours and a width on a terminal, neither in a pipe.
package struct Style: Sendable {
    /// What a piece of text is, as far as its colour shows it.
    package enum Role: String, Sendable {
        case strong = "1"
        case faint = "2"
        case path = "36"
        case good = "32"
        case bad = "31"
        case match = "1;33"
    }

    /// Whether escape sequences may be written.
    package let isColoured: Bool
    /// The number of columns that lines are fitted to.
    package let columns: Int

    package init(isColoured: Bool, columns: Int) {
        self.isColoured = isColoured
        self.columns = columns
    }

    /// What suits a stream: colours for a terminal, unless `NO_COLOR` (no-color.org) or `TERM=dumb` forbids them.
    package init(for stream: StandardStream) {
        let isForbidden =
            CurrentProcess.environment("NO_COLOR") != nil || CurrentProcess.environment("TERM") == "dumb"
        self.init(isColoured: stream.isTerminal && !isForbidden, columns: stream.columns ?? 100)
    }

    /// `text` in the colour of its role.
    package func dressed(_ text: String, _ role: Role) -> String {
        isColoured ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}
