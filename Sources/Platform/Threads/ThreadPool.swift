import CPlatform
import Glibc

/// A few threads for calls that block or compute: reading, hashing, writing, cutting text.
///
/// Use it with `withTaskExecutorPreference(pool) { ... }`: nonisolated asynchronous functions inside run here and never
/// on Swift's cooperative pool.
package final class ThreadPool: TaskExecutor {
    private let jobs: JobThreads

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: the name that tools show; Linux keeps 15 bytes.
    ///   - threads: the number of threads, at least 1.
    package init(name: String, threads: Int) {
        jobs = JobThreads()
        jobs.start(name: name, threads: max(threads, 1))
    }

    /// Finishes the queued jobs, then ends the threads and waits for them.
    ///
    /// Jobs that arrive later run on a new thread. It blocks its caller, so asynchronous functions call `finish`. Do
    /// not call it from one of the threads.
    package func stop() {
        jobs.stop()
    }

    /// Like `stop`, for asynchronous callers: it does not hold a thread of Swift's cooperative pool while it waits.
    package func finish() async {
        await jobs.finish()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedTaskExecutor()
        jobs.append { unsafe job.runSynchronously(on: executor) }
    }
}

/// How much the calling thread is worth beside others.
package enum ThreadPriority {
    /// Lets all others use the processors and the disk first, for as long as the thread lives.
    package static func giveWay() { vectorspool_thread_gives_way() }
}

/// The processors that this process may use.
package enum Processors {
    /// The number of processors in the affinity mask, which containers and `taskset` narrow.
    package static var usable: Int { Int(vectorspool_usable_processors()) }
}
