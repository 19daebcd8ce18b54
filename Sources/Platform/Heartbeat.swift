import Synchronization

/// Tells a thread that turns from one that is stuck: the thread beats, the watchdog asks how long ago.
///
/// Time that the machine sleeps does not count, or every waking would look like a hang.
package final class Heartbeat: Sendable {
    private let last: Mutex<SuspendingClock.Instant>

    /// Beats once.
    package init() {
        last = Mutex(.now)
    }

    /// Says that the thread is alive.
    package func beat() {
        last.withLock { $0 = .now }
    }

    /// How long ago the last beat was.
    package var age: Duration { last.withLock { $0 }.duration(to: .now) }
}
