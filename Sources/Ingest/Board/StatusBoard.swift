package import Inbox
import Indexing
import Platform
import Quantization
import Spool
import Synchronization

/// Where the stages of the pipeline note what they did; the status page is drawn from it.
package final class StatusBoard: Sendable {
    private struct State {
        var status = SpoolStatus()
        /// By the stage that waits.
        var pauseReasons: [String: String] = [:]
        var firstClaim: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    /// Files between claim and end.
    let files = FilesInFlight()
    /// From the moment it is asked for, no fault of the system is waited for.
    package let stopping = StopSignal()
    /// Rings whenever the pipeline has changed the page.
    package let changes = ChangeBell()

    package init(_ options: IngestOptions) {
        var status = SpoolStatus()
        status.process = ProcessTable.current
        status.started = RealTime.now.timestamp
        status.spool = options.spool.root.displayName
        status.index = options.indexing.indexDirectory.displayName
        status.model = options.indexing.modelDirectory.displayName
        status.precision = options.indexing.precision.rawValue
        state = Mutex(State(status: status))
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
            let isReady = report.isWatching && state.status.isRecovered
            if isReady, state.status.state == .starting { state.status.state = .ready }
        }
    }

    /// The page as it stands; pausing and stopping override what else is going on.
    package var status: SpoolStatus {
        let inWork = files.count
        return state.withLock { state in
            var status = state.status
            status.inWork = inWork
            if !state.pauseReasons.isEmpty {
                let reasons = state.pauseReasons.sorted { $0.key < $1.key }.map(\.value)
                status.pausedReason = reasons.joined(separator: "; ")
                if status.state == .ready || status.state == .starting { status.state = .paused }
            }
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

    /// A stage waits for the system.
    package func pause(_ stage: String, _ reason: String) {
        state.withLock { $0.pauseReasons[stage] = reason }
        changes.ring()
    }

    /// A stage goes on; another one may still be waiting.
    package func resume(_ stage: String) {
        state.withLock { $0.pauseReasons[stage] = nil }
        changes.ring()
    }

    package var isStopping: Bool { stopping.isRequested }

    /// Whether the daemon has recovered and watches, be it that it waits for the system meanwhile, and nobody asked it to stop.
    package var isReady: Bool { state.withLock { $0.status.state == .ready } && !isStopping }
}
