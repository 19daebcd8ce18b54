import Platform
import Quantization
import Synchronization

/// Where the stages of the pipeline note what they did; the status page is drawn from it.
package final class StatusBoard: Sendable {
    private struct State {
        var status = SpoolStatus()
        var isStopping = false
        var pauseReason: String?
        var firstClaim: ContinuousClock.Instant?
    }

    private let state: Mutex<State>

    package init(_ configuration: IngestConfiguration) {
        var status = SpoolStatus()
        status.process = ProcessTable.current
        status.started = RealTime.now.timestamp
        status.spool = configuration.spool.root.displayName
        status.index = configuration.indexDirectory.displayName
        status.model = configuration.modelDirectory.displayName
        status.precision = configuration.precision.rawValue
        state = Mutex(State(status: status))
    }

    /// Changes counters.
    package func note(_ change: (inout SpoolStatus) -> Void) {
        state.withLock { change(&$0.status) }
    }

    /// The page as it stands; pausing and stopping override what else is going on.
    package var status: SpoolStatus {
        state.withLock { state in
            var status = state.status
            if let reason = state.pauseReason {
                status.pausedReason = reason
                if status.state == .ready || status.state == .starting { status.state = .paused }
            }
            if state.isStopping, status.state != .stopped { status.state = .stopping }
            return status
        }
    }

    /// A file enters the pipeline.
    func enter() {
        state.withLock { state in
            state.firstClaim = state.firstClaim ?? .now
            state.status.inWork += 1
        }
    }

    /// A file leaves the pipeline.
    func leave() {
        state.withLock { state in
            state.status.inWork -= 1
            guard let first = state.firstClaim else { return }
            state.status.encodingSeconds = first.duration(to: .now) / .seconds(1)
        }
    }

    package func pause(_ reason: String) { state.withLock { $0.pauseReason = reason } }
    package func resume() { state.withLock { $0.pauseReason = nil } }
    /// From now on no fault of the system is waited for.
    package func stop() { state.withLock { $0.isStopping = true } }
    package var isStopping: Bool { state.withLock { $0.isStopping } }
}
