import Glibc

/// A few threads of our own for calls that block or compute: reading, hashing, writing, cutting text.
///
/// Use it with `withTaskExecutorPreference(pool) { ... }`: nonisolated asynchronous functions inside run here and never on
/// Swift's cooperative pool.
package final class ThreadPool: TaskExecutor {
    private let queue: JobQueue

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: how tools show them; Linux keeps 15 bytes.
    ///   - threads: how many; at least 1.
    package init(name: String, threads: Int) {
        queue = JobQueue()
        queue.start(name: name, threads: max(threads, 1))
    }

    /// Lets the jobs that are queued finish, then ends the threads and waits for them.
    ///
    /// Must not be called from one of them.
    package func stop() {
        queue.stop()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedTaskExecutor()
        queue.append { unsafe job.runSynchronously(on: executor) }
    }
}
