/// Decides when a commit is due: at once when nothing more is to be expected, seldom in a long backlog.
///
/// Every commit leaves a shard, so a backlog is committed after one, two, four ... delays: a million files end in some tens of
/// shards and not in thousands, and the first of them are found soon all the same.
package struct CommitPace {
    /// Most time between two commits of a backlog.
    package static let longestDelay = Duration.seconds(300)
    /// Files that end in one commit at most: each waits in memory.
    package static let maximumEnds = 16_384
    /// Bytes of an open shard at which it is closed.
    package static let maximumBytes = 48 << 20
    /// A group of so many rows is worth a commit of its own as soon as nothing more is under way.
    private static let worthyRows = 256

    /// What is waiting for the commit.
    package struct Waiting {
        package var rows = 0
        package var bytes = 0
        package var ends = 0
        package var age = Duration.zero
        /// Whether nothing else is in flight or to be expected from the inbox.
        package var isLast = false

        package init(
            rows: Int = 0, bytes: Int = 0, ends: Int = 0, age: Duration = .zero, isLast: Bool = false
        ) {
            self.rows = rows
            self.bytes = bytes
            self.ends = ends
            self.age = age
            self.isLast = isLast
        }
    }

    /// Ends when the inbox is empty: nobody waits for the first files of the backlog, and few shards are wanted.
    package let isDraining: Bool
    private var busyCommits = 0
    private var latest: ContinuousClock.Instant?

    package init(isDraining: Bool) {
        self.isDraining = isDraining
    }

    /// Whether the shard must be closed.
    package static func isFull(_ waiting: Waiting, maximumRows: Int) -> Bool {
        waiting.rows >= maximumRows || waiting.bytes >= maximumBytes || waiting.ends >= maximumEnds
    }

    /// Whether a commit is due now.
    package func isDue(_ waiting: Waiting, maximumDelay: Duration) -> Bool {
        if waiting.isLast {
            // Files that trickle in share commits, because otherwise each would get a shard.
            let isRested = latest.map { $0.duration(to: .now) >= maximumDelay } ?? true
            return isRested || waiting.rows >= Self.worthyRows || waiting.age >= maximumDelay
        }
        guard !isDraining else { return false }
        return waiting.age >= min(maximumDelay * (1 << min(busyCommits, 20)), max(Self.longestDelay, maximumDelay))
    }

    /// A commit was made.
    package mutating func note(isLast: Bool) {
        latest = .now
        busyCommits = isLast ? 0 : busyCommits + 1
    }
}
