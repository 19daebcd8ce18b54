/// How the inbox is watched.
package struct InboxOptions: Sendable, Equatable {
    /// How long a file that was not moved in must stay unchanged.
    package var settle: Duration
    /// How long an empty file, which somebody may be about to fill, must stay unchanged.
    package var emptySettle: Duration
    /// How often the whole inbox is scanned, regardless of events.
    package var rescan: Duration
    /// How often the whole inbox is scanned without events.
    package var poll: Duration
    package var ignore: IgnorePatterns

    package init(
        settle: Duration = .seconds(1), emptySettle: Duration = .seconds(60), rescan: Duration = .seconds(30),
        poll: Duration = .seconds(2), ignore: IgnorePatterns = .standard
    ) {
        self.settle = settle
        self.emptySettle = emptySettle
        self.rescan = rescan
        self.poll = poll
        self.ignore = ignore
    }
}
