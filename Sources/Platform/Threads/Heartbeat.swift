import Synchronization

/// The sign of life of one thread: it beats while there is something to do, and rests while there is nothing.
///
/// Whoever watches tells a thread that has frozen from one that waits for work.
package final class Heartbeat: Sendable {
    /// What it is the sign of, for messages.
    package let name: String
    /// Nanoseconds of the monotonic clock at the last beat; 0 while at rest.
    private let last = Atomic<Int64>(0)

    package init(_ name: String) {
        self.name = name
    }

    /// The thread goes on.
    package func beat() { last.store(Self.now, ordering: .relaxed) }

    /// The thread has nothing to do, or waits for another one that has a heart of its own.
    package func rest() { last.store(0, ordering: .relaxed) }

    /// How long ago the thread went on last; nil while it has nothing to do.
    package var age: Duration? {
        let last = last.load(ordering: .relaxed)
        return last == 0 ? nil : .nanoseconds(Self.now - last)
    }

    /// Whether the thread is at work and has not gone on for so long.
    package func isLate(after limit: Duration) -> Bool { age.map { $0 > limit } ?? false }

    private static var now: Int64 { max(Int64(CurrentProcess.monotonicSeconds * 1e9), 1) }
}
