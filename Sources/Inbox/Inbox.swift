import DequeModule
package import Logging
package import Platform
import Synchronization

/// The inbox as the ingest sees it: a queue of ready files, and answers about what became of them.
///
/// A thread of its own waits for the kernel's events and runs the state machine; everything that others may call is a
/// message to it through a mailbox. What is in there has a place in the machine's table until it is answered, so the
/// table's bound is the mailbox's too.
package final class Inbox: Sendable {
    /// What there is to take.
    package enum Delivery: Sendable, Equatable {
        /// Files that are ready.
        case files([ReadyFile])
        /// Nothing is ready, nothing is settling, and all of the inbox has been looked through.
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

    /// - Parameters:
    ///   - watch: the kernel's events; nil to poll.
    ///   - pollingReason: why there is no watch, for the status page.
    ///   - capacity: how many files are followed at a time.
    package init(
        directory: RenewableDirectory, options: InboxOptions, watch: consuming InotifyWatch?,
        pollingReason: String? = nil,
        capacity: Int = 16_384, logger: Logger
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
                    mode: mode, pollingReason: pollingReason, counts: InboxCounts(), blocked: [:], overflows: 0,
                    isWatching: false, isScanned: false)))
        self.capacity = capacity
        trustsChangeTime = try !FileSystemStatus(of: directory.path).isShared
        self.logger = logger
        self.watch = Mutex(watch)
    }

    /// Watches until `stop` is called.
    package func run() async {
        let thread = ThreadPool(name: "inbox", threads: 1)
        await withTaskExecutorPreference(thread) {
            watchAndScan()
        }
        await thread.finish()
        // Whoever waits for files must not wait for ever.
        stop()
    }

    /// Blocks its thread, which is our own.
    private func watchAndScan() {
        let watch = self.watch.withLock { $0.take() }
        let loop = InboxLoop(
            directory: directory, options: mailbox.withLock { $0.options }, watch: watch, pollingReason: pollingReason,
            trustsChangeTime: trustsChangeTime, capacity: capacity, logger: logger)
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

    /// Waits until files are ready and takes up to `count` of them; one caller at a time.
    ///
    /// - Parameter orIdle: return `.idle` when nothing is to be expected, instead of waiting for the next drop.
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

    /// Whether `next` would say `.idle`.
    package var isIdle: Bool { mailbox.withLock { $0.ready.isEmpty && $0.isIdle } }

    /// Says what became of offered files: `.taken`, `.busy`, `.changed` or `.blocked` events, one for each file.
    package func answer(_ events: [InboxStateMachine.Event]) {
        mailbox.withLock { $0.answers += events }
        signal.ring()
    }

    /// Takes other times and patterns from now on.
    package func reconfigure(_ options: InboxOptions) {
        mailbox.withLock { $0.options = options }
        signal.ring()
    }

    /// How the inbox stands.
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

    // What follows is for the loop alone.

    var wake: EventSignal { signal }

    /// Collects the answers and the wishes; nil once stopped.
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
