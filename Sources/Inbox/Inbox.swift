import DequeModule
package import Logging
package import Platform
import Synchronization
package import SystemPackage

/// The inbox for the ingest: a queue of ready files, and a way to report what happened to them.
///
/// Its own thread waits for the kernel's events and runs the state machine. Every call from other threads is a message
/// to it through a mailbox. Each message has an entry in the machine's table until it is answered, so the table's limit
/// also limits the mailbox.
package final class Inbox: Sendable {
    /// What `next` delivers.
    package enum Delivery: Sendable, Equatable {
        /// Files that are ready.
        case files([ReadyFile])
        /// Nothing is ready or settling, and the whole inbox has been scanned.
        case idle
        /// `stop` was called.
        case stopped
    }

    private struct Mailbox {
        var ready: Deque<ReadyFile> = []
        var answers: [InboxStateMachine.Event] = []
        var waiter: CheckedContinuation<Void, Never>?
        var isIdle = false
        var isStopped = false
        var options: InboxOptions
        var report: InboxReport
    }

    /// The directory that users drop files into.
    package let directory: RenewableDirectory
    /// Beats at each turn of the inbox's thread, at least every five seconds while `run` runs.
    package let heartbeat = Heartbeat("inbox")
    private let mailbox: Mutex<Mailbox>
    private let signal: EventSignal
    private let watch: Mutex<InotifyWatch?>
    private let pollingReason: String?
    private let trustsChangeTime: Bool
    private let capacity: Int
    private let logger: Logger
    private let recognizes: @Sendable (FilePath, FileStatus) -> Bool

    /// Makes an inbox.
    ///
    /// Pass `watch` for the kernel's events, or nil for polling with a `pollingReason` for the status page. The inbox
    /// follows at most `capacity` files at a time. `recognizes` says whether a file was taken as it is and stays.
    package init(
        directory: RenewableDirectory, options: InboxOptions, watch: consuming InotifyWatch?,
        pollingReason: String? = nil,
        capacity: Int = 16_384, logger: Logger,
        recognizes: @escaping @Sendable (FilePath, FileStatus) -> Bool = { _, _ in false }
    ) throws(PlatformError) {
        self.directory = directory
        signal = try EventSignal()
        let mode: InboxReport.Mode
        switch watch {
        case .some: mode = .inotify
        case .none: mode = .polling
        }
        self.pollingReason = mode == .polling ? pollingReason ?? "inotify is not in use" : nil
        mailbox = Mutex(
            Mailbox(
                options: options,
                report: InboxReport(
                    mode: mode, pollingReason: pollingReason, counts: InboxCounts(), names: [], overflows: 0,
                    isWatching: false, isScanned: false)))
        self.capacity = capacity
        trustsChangeTime = try !FileSystemStatus(of: directory.path).isShared
        self.logger = logger
        self.recognizes = recognizes
        self.watch = Mutex(watch)
    }

    /// Watches until `stop` is called.
    package func run() async {
        let thread = ThreadPool(name: "inbox", threads: 1)
        await withTaskExecutorPreference(thread) {
            watchAndScan()
        }
        await thread.finish()
        // Tasks that wait for files must not wait forever.
        stop()
    }

    /// Watches and scans; blocks the inbox's own thread.
    private func watchAndScan() {
        let watch = self.watch.withLock { $0.take() }
        let loop = InboxLoop(
            directory: directory, options: mailbox.withLock { $0.options }, watch: watch, pollingReason: pollingReason,
            trustsChangeTime: trustsChangeTime, capacity: capacity, logger: logger, recognizes: recognizes)
        loop.run(self)
        heartbeat.rest()
    }

    /// Ends `run` and every `next`.
    package func stop() {
        let waiter = mailbox.withLock { mailbox in
            mailbox.isStopped = true
            return mailbox.waiter.take()
        }
        waiter?.resume()
        signal.ring()
    }

    /// Waits until files are ready and takes up to `count` of them; for one caller at a time.
    ///
    /// With `orIdle` it returns `.idle` when no file is expected, instead of waiting for the next drop.
    package func next(atMost count: Int, orIdle: Bool = false) async -> Delivery {
        while true {
            if let delivery = take(atMost: count, orIdle: orIdle) { return delivery }
            await withCheckedContinuation { continuation in
                let isMissed = mailbox.withLock { mailbox in
                    let isMissed = !mailbox.ready.isEmpty || mailbox.isStopped || (orIdle && mailbox.isIdle)
                    if !isMissed { mailbox.waiter = continuation }
                    return isMissed
                }
                if isMissed { continuation.resume() }
            }
        }
    }

    /// Whether `next` would return `.idle`.
    package var isIdle: Bool { mailbox.withLock { $0.ready.isEmpty && $0.isIdle } }

    /// Reports what happened to offered files: one `.taken`, `.busy`, `.unfilled`, `.changed` or
    /// `.blocked` event per file.
    package func answer(_ events: [InboxStateMachine.Event]) {
        mailbox.withLock { $0.answers += events }
        signal.ring()
    }

    /// Replaces the times and patterns.
    package func reconfigure(_ options: InboxOptions) {
        mailbox.withLock { $0.options = options }
        signal.ring()
    }

    /// The state of the inbox.
    package var report: InboxReport { mailbox.withLock { $0.report } }

    private func take(atMost count: Int, orIdle: Bool) -> Delivery? {
        mailbox.withLock { mailbox in
            if mailbox.isStopped { return .stopped }
            guard mailbox.ready.isEmpty else {
                let files = Array(mailbox.ready.prefix(count))
                mailbox.ready.removeFirst(files.count)
                return .files(files)
            }
            return orIdle && mailbox.isIdle ? .idle : nil
        }
    }

    // The following is only for the loop.

    var wake: EventSignal { signal }

    /// Collects the answers and the new options; nil once stopped.
    func collect() -> (answers: [InboxStateMachine.Event], options: InboxOptions)? {
        mailbox.withLock { mailbox in
            guard !mailbox.isStopped else { return nil }
            defer { mailbox.answers = [] }
            return (mailbox.answers, mailbox.options)
        }
    }

    func publish(_ files: [ReadyFile], _ report: InboxReport) {
        let waiter = mailbox.withLock { mailbox in
            mailbox.ready += files
            mailbox.report = report
            mailbox.isIdle = report.isScanned && report.counts.isIdle && mailbox.answers.isEmpty
            return mailbox.ready.isEmpty && !mailbox.isIdle ? nil : mailbox.waiter.take()
        }
        waiter?.resume()
    }
}
