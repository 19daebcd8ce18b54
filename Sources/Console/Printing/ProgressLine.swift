package import Platform
import Text

/// A terminal line with the progress of a long run, which disappears at its end.
///
/// It shows nothing in the first second, and nothing where standard error is not a terminal, so it does not flood logs.
package struct ProgressLine {
    private let stream: StandardStream
    private let columns: Int?
    private let clock: @Sendable () -> Double
    private let start: Double
    private var last: Double?

    /// Starts the clock.
    ///
    /// - Parameters:
    ///   - stream: shows the line if it is a terminal.
    ///   - clock: gives seconds; a test has its own.
    package init(
        on stream: StandardStream = .error,
        clock: @escaping @Sendable () -> Double = { CurrentProcess.monotonicSeconds }
    ) {
        self.stream = stream
        columns = stream.isTerminal ? stream.columns ?? 80 : nil
        self.clock = clock
        start = clock()
    }

    /// Replaces the line with `text`, at most ten times a second.
    package mutating func show(_ text: @autoclosure () -> String) {
        guard let columns else { return }
        let now = clock()
        guard now - start > 1, last.map({ now - $0 > 0.1 }) ?? true else { return }
        last = now
        // A missing terminal must not stop the work.
        try? stream.write("\r\u{1B}[K" + TerminalText.visible(text()).prefix(max(columns - 1, 1)))
    }

    /// Clears the line.
    package mutating func finish() {
        guard last != nil else { return }
        last = nil
        try? stream.write("\r\u{1B}[K")
    }
}
