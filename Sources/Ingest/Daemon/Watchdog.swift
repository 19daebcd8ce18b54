package import Platform

/// Says whether every thread that the daemon lives by goes on, or has nothing to do.
package struct Watchdog: Sendable {
    let hearts: [Heartbeat]
    /// How long a thread may be at work without a sign of life.
    let limit: Duration

    package init(hearts: [Heartbeat], limit: Duration) {
        self.hearts = hearts
        self.limit = limit
    }

    /// The threads that have not gone on for too long.
    package var late: [String] { hearts.filter { $0.isLate(after: limit) }.map(\.name) }
}
