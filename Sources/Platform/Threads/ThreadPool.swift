import CPlatform
import Glibc

/// A few threads of our own for calls that block or compute: reading, hashing, writing, cutting text.
///
/// Use it with `withTaskExecutorPreference(pool) { ... }`: nonisolated asynchronous functions inside run here and never on
/// Swift's cooperative pool.
package final class ThreadPool: TaskExecutor {
    private let jobs: JobThreads

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: how tools show them; Linux keeps 15 bytes.
    ///   - threads: how many; at least 1.
    package init(name: String, threads: Int) {
        jobs = JobThreads()
        jobs.start(name: name, threads: max(threads, 1))
    }

    /// Lets the jobs that are queued finish, then ends the threads and waits for them; jobs that come later run on a thread of their own.
    ///
    /// It blocks its caller, so asynchronous functions call `finish`. Must not be called from one of the threads.
    package func stop() {
        jobs.stop()
    }

    /// The same for asynchronous callers: it waits without holding a thread of Swift's cooperative pool.
    package func finish() async {
        await jobs.finish()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedTaskExecutor()
        jobs.append { unsafe job.runSynchronously(on: executor) }
    }
}

/// The machine's processors as this process may use them.
package enum Processors {
    /// How many the affinity mask allows; containers and `taskset` narrow it.
    package static var usable: Int { Int(vectorspool_usable_processors()) }
}
