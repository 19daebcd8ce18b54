import CPlatform
import DequeModule
import Glibc

/// Threads behind an executor, with the jobs that wait for them.
///
/// There is no limit on queued jobs, because the Swift runtime cannot refuse one. The queue stays bounded because every
/// producer awaits its job. For the same reason a job that arrives after `stop` still runs, on a new thread; its
/// producer would otherwise wait forever.
@safe
package final class JobThreads: @unchecked Sendable {
    // A condition variable needs the raw mutex beside it, so Synchronization.Mutex cannot serve here.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: Deque<() -> Void> = []
    private var isStopping = false
    private var threads: [pthread_t] = []
    // Threads that will look at the waiting jobs once more before they end.
    private var serving = 0
    private var name = ""

    package init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Starts the threads; to be called once, before anything else.
    package func start(name: String, threads count: Int) {
        self.name = name
        serving = count
        for _ in 0..<count {
            // Without threads at start-up nothing can run, and no caller could recover.
            guard let thread = Self.thread(name, { self.runJobs() }) else {
                preconditionFailure("cannot start the thread \(name)")
            }
            threads.append(thread)
        }
    }

    /// Runs the job on one of the threads, also after `stop`.
    package func append(_ job: @escaping () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        let isLate = isStopping && serving == 0
        if isLate { serving = 1 }
        unsafe pthread_mutex_unlock(mutex)
        unsafe pthread_cond_signal(changed)
        if isLate { serveLate() }
    }

    /// Lets the jobs that are queued finish, then ends the threads and waits for them; blocks its caller.
    package func stop() {
        for thread in end() { pthread_join(thread, nil) }
    }

    /// The same without blocking a thread of the caller's: `pthread_join` must not stand on Swift's cooperative pool.
    package func finish() async {
        let ending = end()
        guard !ending.isEmpty else { return }
        await withCheckedContinuation { continuation in
            let joiner = Self.thread("join") {
                for thread in ending { pthread_join(thread, nil) }
                continuation.resume()
            }
            if let joiner {
                pthread_detach(joiner)
            } else {
                // There is no thread for joining; the kernel frees these threads when they end by themselves, which is
                // soon.
                for thread in ending { pthread_detach(thread) }
                continuation.resume()
            }
        }
    }

    /// Tells the threads to end when the queue is empty, and returns them for joining.
    private func end() -> [pthread_t] {
        unsafe pthread_mutex_lock(mutex)
        isStopping = true
        let ending = threads
        threads = []
        unsafe pthread_mutex_unlock(mutex)
        unsafe pthread_cond_broadcast(changed)
        return ending
    }

    private func serveLate() {
        guard let thread = Self.thread(name, { self.runJobs() }) else {
            // Out of threads: late is better than never, and nobody else serves it.
            return runJobs()
        }
        pthread_detach(thread)
    }

    private static func thread(_ name: String, _ run: @escaping @Sendable () -> Void) -> pthread_t? {
        let body = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: run))
        var thread = pthread_t()
        let created = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                unsafe vectorspool_thread_name(body.name)
                body.run()
                return nil
            }, body.toOpaque())
        guard created == 0 else {
            unsafe body.release()
            return nil
        }
        return thread
    }

    private func runJobs() {
        while let job = next() { job() }
    }

    private func next() -> (() -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if isStopping {
                // Done under the lock, so a job appended from now on finds that no thread serves it.
                serving -= 1
                return nil
            }
            unsafe pthread_cond_wait(changed, mutex)
        }
        return jobs.removeFirst()
    }

    /// The work of a new thread.
    private final class ThreadBody: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
