/// How the inbox is watched.
package struct InboxOptions: Sendable, Equatable {
    /// A file that was not moved in must have been left alone for so long.
    package var settle: Duration
    /// How often everything is looked through, whatever the events say.
    package var rescan: Duration
    /// How often everything is looked through where there are no events.
    package var poll: Duration
    package var ignore: IgnorePatterns

    package init(
        settle: Duration = .seconds(1), rescan: Duration = .seconds(30), poll: Duration = .seconds(2),
        ignore: IgnorePatterns = .standard
    ) {
        self.settle = settle
        self.rescan = rescan
        self.poll = poll
        self.ignore = ignore
    }
}
