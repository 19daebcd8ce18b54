import CPlatform
import Glibc

/// The queue and the threads behind an executor.
///
/// Jobs are not counted against a bound: the Swift runtime offers no way to refuse one. What bounds them is that every
/// producer awaits its job.
@safe
final class JobQueue: @unchecked Sendable {
    // A condition variable needs the raw mutex beside it, so Synchronization.Mutex cannot serve here.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [() -> Void] = []
    private var first = 0
    private var isStopping = false
    private var threads: [pthread_t] = []

    init() {
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

    func start(name: String, threads count: Int) {
        for _ in 0..<count {
            let body = ThreadBody(queue: self, name: name)
            var thread = pthread_t()
            let created = unsafe pthread_create(
                &thread, nil,
                { argument in
                    guard let argument = unsafe argument else { return nil }
                    let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                    unsafe vectorspool_thread_name(body.name)
                    body.queue.runJobs()
                    return nil
                }, Unmanaged.passRetained(body).toOpaque())
            // Out of threads at start-up: nothing of ours can run, and there is no caller that could do better.
            precondition(created == 0, "cannot start the thread \(name): error \(created)")
            threads.append(thread)
        }
    }

    func append(_ job: @escaping () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        unsafe pthread_mutex_unlock(mutex)
        unsafe pthread_cond_signal(changed)
    }

    func stop() {
        unsafe pthread_mutex_lock(mutex)
        isStopping = true
        let ending = threads
        threads = []
        unsafe pthread_mutex_unlock(mutex)
        unsafe pthread_cond_broadcast(changed)
        for thread in ending { pthread_join(thread, nil) }
    }

    private func runJobs() {
        while let job = next() { job() }
    }

    private func next() -> (() -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while first == jobs.count {
            if isStopping { return nil }
            unsafe pthread_cond_wait(changed, mutex)
        }
        let job = jobs[first]
        first += 1
        // Compact once the served half outweighs the waiting one, so that appending stays amortized constant.
        if first == jobs.count || first > 1024 {
            jobs.removeFirst(first)
            first = 0
        }
        return job
    }

    /// What a new thread is handed.
    private final class ThreadBody: Sendable {
        let queue: JobQueue
        let name: String

        init(queue: JobQueue, name: String) {
            self.queue = queue
            self.name = name
        }
    }
}
