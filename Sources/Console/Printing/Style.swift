package import Platform

/// The style of output for people: colours and a width on a terminal, neither in a pipe.
package struct Style: Sendable {
    /// The role of a text, which determines its colour.
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
    /// The width of lines in columns.
    package let columns: Int

    package init(isColoured: Bool, columns: Int) {
        self.isColoured = isColoured
        self.columns = columns
    }

    /// Chooses the style for a stream: colours for a terminal, unless `NO_COLOR` (no-color.org) or `TERM=dumb` forbids
    /// them.
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
