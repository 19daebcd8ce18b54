import Platform

/// Says whether every thread that the daemon lives by goes on, or has nothing to do.
struct Watchdog: Sendable {
    let hearts: [Heartbeat]
    /// How long a thread may be at work without a sign of life.
    let limit: Duration

    /// The threads that have not gone on for too long.
    var late: [String] { hearts.filter { $0.isLate(after: limit) }.map(\.name) }
}
