import CPlatform
import Glibc

/// A thread that runs the jobs of one actor, in order.
///
/// Work that computes for milliseconds or waits for the disk would starve Swift's cooperative pool, which has one
/// thread per core. So each encoder worker is an actor with one of these as its executor. Design: swift-subprocess's
/// background thread.
package final class WorkerThread: SerialExecutor {
    private let jobs: JobThreads

    /// Starts the thread.
    ///
    /// - Parameter name: the name that tools show; Linux keeps 15 bytes.
    package init(name: String) {
        jobs = JobThreads()
        jobs.start(name: name, threads: 1)
    }

    /// Finishes the queued jobs, then ends the thread and waits for it.
    ///
    /// Jobs that arrive later run on a new thread. It blocks its caller, so asynchronous functions call `finish`. Do
    /// not call it from the thread itself.
    package func stop() {
        jobs.stop()
    }

    /// Like `stop`, for asynchronous callers: it does not hold a thread of Swift's cooperative pool while it waits.
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
