import Synchronization

/// The sign of life of one thread: it beats while there is work and rests while there is none.
///
/// A watchdog can distinguish a frozen thread from one that waits for work.
package final class Heartbeat: Sendable {
    /// What the thread does, for messages.
    package let name: String
    /// Nanoseconds of the monotonic clock at the last beat; 0 while at rest.
    private let last = Atomic<Int64>(0)

    package init(_ name: String) {
        self.name = name
    }

    /// Records that the thread makes progress.
    package func beat() { last.store(Self.now, ordering: .relaxed) }

    /// Records that the thread has no work, or waits for another thread with its own heartbeat.
    package func rest() { last.store(0, ordering: .relaxed) }

    /// The time since the last beat; nil at rest.
    package var age: Duration? {
        let last = last.load(ordering: .relaxed)
        return last == 0 ? nil : .nanoseconds(Self.now - last)
    }

    /// Whether the thread has work and has not beaten for longer than `limit`.
    package func isLate(after limit: Duration) -> Bool { age.map { $0 > limit } ?? false }

    private static var now: Int64 { max(Int64(CurrentProcess.monotonicSeconds * 1e9), 1) }
}
