import Synchronization

/// Keeps files from being claimed while `Forgetting` works.
///
/// What is claimed before has an earlier claim than the record says, and what is claimed afterwards was dropped later.
package final class ClaimGate: Sendable {
    private let gate = Mutex(())

    package init() {}

    /// Runs `body` while nobody else is in here; it blocks, so it is for threads of their own.
    package func alone<Result, Failure: Error>(_ body: () throws(Failure) -> sending Result) throws(Failure)
        -> sending Result
    {
        try gate.withLock { _ throws(Failure) in try body() }
    }
}
