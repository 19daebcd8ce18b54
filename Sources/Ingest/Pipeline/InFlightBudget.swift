import Synchronization

/// How many bytes documents may take up in memory between claim and commit.
///
/// One task charges, another pays back. What is larger than the whole budget goes alone.
final class InFlightBudget: Sendable {
    private struct State {
        var charged = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Charges `bytes`, waiting until they fit.
    func charge(_ bytes: Int) async {
        while true {
            let isCharged = state.withLock { state in
                guard state.isClosed || state.charged == 0 || state.charged + bytes <= limit else { return false }
                state.charged += bytes
                return true
            }
            if isCharged { return }
            await withCheckedContinuation { continuation in
                let fits = state.withLock { state in
                    let fits = state.isClosed || state.charged == 0 || state.charged + bytes <= limit
                    if !fits { state.waiter = continuation }
                    return fits
                }
                if fits { continuation.resume() }
            }
        }
    }

    /// Pays back what was charged.
    func payBack(_ bytes: Int) {
        let waiter = state.withLock { state in
            state.charged -= bytes
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Whether somebody waits for room; then nothing more arrives until something is committed.
    var isExhausted: Bool { state.withLock { $0.waiter != nil } }

    /// Lets everybody through, on the way out.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
