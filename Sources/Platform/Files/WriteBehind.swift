import Glibc

/// Writes to a file on a thread of its own, one buffer behind its caller, who computes the next meanwhile.
///
/// One buffer waits at most, so memory stays bounded and a failure is known one call later. To be used by one thread.
package struct WriteBehind: ~Copyable {
    private let queue: WriteQueue?

    /// Begins to write where the file is.
    ///
    /// - Parameters:
    ///   - file: the file; it is not closed, and must not be written to otherwise before `finish`.
    ///   - isOn: whether there is a thread; without one nothing may be written.
    /// - Throws: `PlatformError` of code `.system`.
    package init(_ file: borrowing OwnedDescriptor, isOn: Bool) throws(PlatformError) {
        queue = isOn ? WriteQueue(try file.duplicate()) : nil
    }

    deinit { queue?.end() }

    /// Whether there is a thread.
    package var isOn: Bool { queue != nil }

    /// Hands the next bytes over, and waits while others wait to be written.
    ///
    /// - Throws: `PlatformError` when an earlier write failed; then nothing more is written.
    package borrowing func write(_ bytes: [UInt8]) throws(PlatformError) { try queue?.append(bytes) }

    /// Waits until everything is written, and ends the thread.
    ///
    /// - Throws: `PlatformError` when a write failed.
    package borrowing func finish() throws(PlatformError) { try queue?.finish() }
}

/// The buffer that waits, and the thread that writes it.
@safe
private final class WriteQueue: @unchecked Sendable {
    // A condition variable needs the raw mutex beside it, so Synchronization.Mutex cannot serve here.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let descriptor: OwnedDescriptor
    private let thread = JobThreads()
    private var waiting: [UInt8]?
    private var isEnding = false
    private var failure: PlatformError?

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
        thread.start(name: "write-behind", threads: 1)
        thread.append { self.run() }
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    func append(_ bytes: [UInt8]) throws(PlatformError) {
        unsafe pthread_mutex_lock(mutex)
        while waiting != nil, failure == nil { unsafe pthread_cond_wait(changed, mutex) }
        let failure = failure
        if failure == nil { waiting = bytes }
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
        if let failure { throw failure }
    }

    func finish() throws(PlatformError) {
        end()
        if let failure { throw failure }
    }

    /// Ends the thread after what was handed over; for a file that is given up too.
    func end() {
        unsafe pthread_mutex_lock(mutex)
        isEnding = true
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
        thread.stop()
    }

    private func run() {
        while let bytes = next() {
            do throws(PlatformError) {
                try descriptor.write(bytes.rawSpan)
            } catch {
                unsafe pthread_mutex_lock(mutex)
                failure = error
                unsafe pthread_cond_broadcast(changed)
                unsafe pthread_mutex_unlock(mutex)
                return
            }
        }
    }

    /// The next bytes to write; nil when there are no more.
    private func next() -> [UInt8]? {
        unsafe pthread_mutex_lock(mutex)
        while waiting == nil, !isEnding { unsafe pthread_cond_wait(changed, mutex) }
        let bytes = waiting
        waiting = nil
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
        return bytes
    }
}

extension OwnedDescriptor {
    /// A second descriptor of the same open file: both share its position.
    fileprivate borrowing func duplicate() throws(PlatformError) -> OwnedDescriptor {
        let copy = SystemCall.open.perform(on: path) { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        guard copy >= 0 else { throw .system("open again", path: path) }
        return OwnedDescriptor(adopting: copy, path: path)
    }
}
