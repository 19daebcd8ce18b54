import Encoding
package import Inbox
import Indexing
import Platform
import Quantization
package import Spool
import Synchronization
package import SystemPackage

/// Where the stages of the pipeline note what they did; the status page is drawn from it.
package final class StatusBoard: Sendable {
    private struct State {
        var status = SpoolStatus()
        /// By the stage that waits.
        var pauseReasons: [String: String] = [:]
        /// Since when at least one stage waits.
        var pausedSince: String?
        var firstClaim: ContinuousClock.Instant?
        var brief = WorkProgress()
        var bulk = WorkProgress()
        /// Files that were claimed and that the inbox still takes for queued.
        var unanswered = 0
        var deferred = DeferredFiles(delays: [])
        var failures = LatestFailures()
    }

    private let state: Mutex<State>
    private let began = ContinuousClock.now
    /// Files between claim and end.
    let files = FilesInFlight()
    /// What people want to be forgotten.
    package let forgets = ForgetDesk()
    /// From the moment it is asked for, no fault of the system is waited for.
    package let stopping = StopSignal()
    /// Rings whenever the pipeline has changed the page.
    package let changes = ChangeBell()

    package init(_ options: IngestOptions) {
        var status = SpoolStatus()
        let process = ProcessIdentity.current
        status.process = process.number
        status.processStart = process.start
        status.boot = process.boot
        status.started = RealTime.now.timestamp
        status.spool = options.spool.root.displayName
        status.index = options.indexing.indexDirectory.displayName
        status.model = options.indexing.modelDirectory.displayName
        status.documentsReplaced = 0
        status.precision = options.indexing.precision.rawValue
        state = Mutex(State(status: status))
    }

    /// The paths of the files between claim and end, those included that are put off.
    package var pathsInWork: Set<FilePath> {
        let deferred = state.withLock { $0.deferred }
        return Set(files.paths.compactMap { FilePath(bytes: $0) })
            .union(deferred.first(deferred.count).map(\.file.relativePath))
    }

    /// Changes counters.
    package func note(_ change: (inout SpoolStatus) -> Void) {
        state.withLock { change(&$0.status) }
        changes.ring()
    }

    /// Takes over the report of the inbox, and notes whether the daemon is ready.
    ///
    /// This rings no bell: the writer of the page calls it before each page, and would wake itself.
    package func observe(_ report: InboxReport) {
        state.withLock { state in
            state.status.inbox = SpoolStatus.InboxState(report)
            state.status.hasMore = report.counts.leftBehind
            let isReady = report.isWatching && state.status.isRecovered
            if isReady, state.status.state == .starting { state.status.state = .ready }
        }
    }

    /// The page as it stands; pausing and stopping override what else is going on.
    package var status: SpoolStatus {
        let inWork = files.count
        let now = began.duration(to: .now)
        return state.withLock { state in
            var status = state.status
            status.inWork = inWork + state.deferred.count
            status.deferred = SpoolStatus.Deferred.first(of: state.deferred)
            status.inbox.queued = max(status.inbox.queued - state.unanswered, 0)
            if !state.pauseReasons.isEmpty {
                let reasons = state.pauseReasons.sorted { $0.key < $1.key }.map(\.value)
                status.pausedReason = reasons.joined(separator: "; ")
                status.pausedSince = state.pausedSince
                if status.state == .ready || status.state == .starting { status.state = .paused }
            }
            if status.pausedBy != nil, status.state == .ready || status.state == .paused { status.state = .held }
            let reports = [state.brief, state.bulk].compactMap { $0.report(at: now) }
            status.current = reports.max { $0.seconds < $1.seconds }
            status.inProgress = state.brief.count + state.bulk.count
            if stopping.isRequested, status.state != .stopped { status.state = .stopping }
            return status
        }
    }

    /// A file enters the pipeline.
    func enter() {
        state.withLock { state in
            state.firstClaim = state.firstClaim ?? .now
        }
    }

    /// A file leaves the pipeline.
    func leave() {
        state.withLock { state in
            guard let first = state.firstClaim else { return }
            state.status.encodingSeconds = first.duration(to: .now) / .seconds(1)
        }
    }

    /// A file failed, or lines of it.
    func noteFailure(_ path: FilePath, of owner: UInt32, _ reason: String) {
        let entry = LatestFailures.Entry(
            path: path.displayName, file: path, reason: reason, owner: owner, nanoseconds: RealTime.now.nanoseconds)
        state.withLock { $0.failures.add(entry) }
    }

    /// What failed since a moment, by the clock of the system; nil when not all of it is known here.
    package func failures(since nanoseconds: Int64) -> [LatestFailures.Entry]? {
        state.withLock { $0.failures.since(nanoseconds) }
    }

    /// A stage waits for the system.
    package func pause(_ stage: String, _ reason: String) {
        state.withLock { state in
            if state.pauseReasons.isEmpty { state.pausedSince = RealTime.now.timestamp }
            state.pauseReasons[stage] = reason
        }
        changes.ring()
    }

    /// A stage goes on; another one may still be waiting.
    package func resume(_ stage: String) {
        state.withLock { $0.pauseReasons[stage] = nil }
        changes.ring()
    }

    /// A person has paused the daemon, or lets it go on; returns whether that is news.
    @discardableResult
    package func hold(_ flag: PauseFlag?) -> Bool {
        let isNews = state.withLock { state in
            defer { state.status.pausedBy = flag }
            return state.status.pausedBy != flag
        }
        if isNews { changes.ring() }
        return isNews
    }

    /// Whether a person has paused the daemon.
    package var isHeld: Bool { state.withLock { $0.status.pausedBy != nil } }

    /// Makes the list of files that are tried again later, from which the page is drawn.
    func deferred(_ delays: [Duration]) -> DeferredFiles {
        let deferred = DeferredFiles(delays: delays)
        state.withLock { $0.deferred = deferred }
        return deferred
    }

    /// Where the files in flight stand: `FilesInFlight.marks`.
    package var marks: (next: Int?, oldest: Int?) { files.marks }

    /// Files that have been read and encoded since the start.
    package var filesFinished: Int { state.withLock { $0.brief.finished + $0.bulk.finished } }

    /// A file was claimed, of which the inbox hears later.
    func claim() { state.withLock { $0.unanswered += 1 } }

    /// The inbox has heard of every claim.
    func answer() { state.withLock { $0.unanswered = 0 } }

    /// Something has happened to a file in progress in a lane; the time is that since the start.
    func progress(_ lane: Lane, _ change: (inout WorkProgress, Duration) -> Void) {
        let now = began.duration(to: .now)
        state.withLock { lane == .brief ? change(&$0.brief, now) : change(&$0.bulk, now) }
    }

    package var isStopping: Bool { stopping.isRequested }

    /// Whether the daemon has recovered and watches, be it that it waits for the system meanwhile, and nobody asked it to stop.
    package var isReady: Bool { state.withLock { $0.status.state == .ready } && !isStopping }
}
