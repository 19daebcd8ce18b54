package import Platform
import Text

/// A line on a terminal that says how far a long run is, and vanishes at its end.
///
/// Nothing is shown in the first second, nor where standard error is not a terminal: logs are not flooded.
package struct ProgressLine {
    private let stream: StandardStream
    private let columns: Int?
    private let clock: @Sendable () -> Double
    private let start: Double
    private var last: Double?

    /// Begins now.
    ///
    /// - Parameter clock: seconds; a test has its own.
    package init(
        on stream: StandardStream = .error,
        clock: @escaping @Sendable () -> Double = { CurrentProcess.monotonicSeconds }
    ) {
        self.stream = stream
        columns = stream.isTerminal ? stream.columns ?? 80 : nil
        self.clock = clock
        start = clock()
    }

    /// Shows `text` in place of what was shown, ten times a second at most.
    package mutating func show(_ text: @autoclosure () -> String) {
        guard let columns else { return }
        let now = clock()
        guard now - start > 1, last.map({ now - $0 > 0.1 }) ?? true else { return }
        last = now
        // A terminal that has gone is no reason to stop the work.
        try? stream.write("\r\u{1B}[K" + TerminalText.visible(text()).prefix(max(columns - 1, 1)))
    }

    /// Clears the line.
    package mutating func finish() {
        guard last != nil else { return }
        last = nil
        try? stream.write("\r\u{1B}[K")
    }
}
