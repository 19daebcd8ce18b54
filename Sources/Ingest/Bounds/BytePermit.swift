import Synchronization

/// The one bound on what is in flight between claim and shard, in bytes.
///
/// What alone weighs more than the limit is admitted alone, so that everything goes through in the end. One task acquires; it
/// never holds what it waits for, because what was handed on is released without its help.
package final class BytePermit: Sendable {
    private struct State {
        var used = 0
        var isClosed = false
        var waiter: (bytes: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let limit: Int
    private let state = Mutex(State())

    package init(limit: Int) {
        self.limit = limit
    }

    /// Bytes that are held now.
    package var used: Int { state.withLock { $0.used } }

    /// Waits until `bytes` fit, or until nothing else is in flight.
    package func acquire(_ bytes: Int) async {
        await withCheckedContinuation { continuation in
            let isAdmitted = state.withLock { state in
                if admits(bytes, state) {
                    state.used += bytes
                    return true
                }
                state.waiter = (bytes, continuation)
                return false
            }
            if isAdmitted { continuation.resume() }
        }
    }

    /// Gives back what was acquired.
    package func release(_ bytes: Int) {
        let waiter = state.withLock { state in
            state.used -= bytes
            return admitWaiter(&state)
        }
        waiter?.resume()
    }

    /// Lets everybody through, on the way out.
    package func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return admitWaiter(&state)
        }
        waiter?.resume()
    }

    private func admits(_ bytes: Int, _ state: State) -> Bool {
        state.isClosed || state.used == 0 || state.used + bytes <= limit
    }

    private func admitWaiter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        guard let waiter = state.waiter, admits(waiter.bytes, state) else { return nil }
        state.used += waiter.bytes
        state.waiter = nil
        return waiter.continuation
    }
}
