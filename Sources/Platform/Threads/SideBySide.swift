import Synchronization

/// Runs two calls at the same time, for a caller that is not asynchronous.
package enum SideBySide {
    /// Runs `aside` on its own thread and `here` on the caller's, and waits for both.
    ///
    /// Tools show the thread under `name`; Linux keeps 15 bytes.
    package static func run<First: Sendable, Second>(
        name: String, aside: @escaping @Sendable () -> First, here: () -> Second
    ) -> (First, Second) {
        let result = Result<First>()
        let jobs = JobThreads()
        jobs.start(name: name, threads: 1)
        jobs.append { result.set(aside()) }
        let second = here()
        // Waits for the job.
        jobs.stop()
        return (result.value ?? aside(), second)
    }

    /// Carries a value from one thread to another.
    private final class Result<Value: Sendable>: Sendable {
        private let stored = Mutex<Value?>(nil)

        var value: Value? { stored.withLock { $0 } }

        func set(_ value: Value) { stored.withLock { $0 = value } }
    }
}
