import CPlatform
import Glibc

/// A thread of our own that runs the jobs of one actor, in order.
///
/// What computes for milliseconds or waits for the disk would starve Swift's cooperative pool, which has one thread a
/// core; so each encoder worker is an actor whose executor is one of these. Shape: swift-subprocess's background thread.
package final class WorkerThread: SerialExecutor {
    private let jobs: JobThreads

    /// Starts the thread.
    ///
    /// - Parameter name: how tools show it; Linux keeps 15 bytes.
    package init(name: String) {
        jobs = JobThreads()
        jobs.start(name: name, threads: 1)
    }

    /// Lets the jobs that are queued finish, then ends the thread and waits for it; jobs that come later run on a new one.
    ///
    /// It blocks its caller, so asynchronous functions call `finish`. Must not be called from the thread itself.
    package func stop() {
        jobs.stop()
    }

    /// The same for asynchronous callers: it waits without holding a thread of Swift's cooperative pool.
    package func finish() async {
        await jobs.finish()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        jobs.append { unsafe job.runSynchronously(on: executor) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}
