package import Platform

/// The style of output for people: colours and its own width on a terminal, no colours and the width of `COLUMNS` in a pipe.
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

    /// When there are colours; the raw values are the words of `--color`.
    package enum Colouring: String, Sendable, CaseIterable {
        /// On a terminal, unless the environment forbids them.
        case auto
        case always
        case never
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
    ///
    /// Lines are as wide as the terminal; where there is none, or it does not know its width, as `COLUMNS` says, else 100 columns.
    package init(for stream: StandardStream, _ colouring: Colouring = .auto) {
        let isForbidden =
            CurrentProcess.environment("NO_COLOR") != nil || CurrentProcess.environment("TERM") == "dumb"
        let isColoured =
            switch colouring {
            case .auto: stream.isTerminal && !isForbidden
            case .always: true
            case .never: false
            }
        self.init(isColoured: isColoured, columns: stream.columns ?? Self.givenColumns ?? 100)
    }

    /// The width that the environment gives; nil where it is no positive number.
    private static var givenColumns: Int? {
        CurrentProcess.environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// `text` in the colour of its role.
    package func dressed(_ text: String, _ role: Role) -> String {
        isColoured ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}
