import Synchronization

/// The files between claim and end: how many, and of which paths.
///
/// A document counts as known only while no other version of its file is in flight, because that one will be committed first.
package final class FilesInFlight: Sendable {
    private struct State {
        var paths: [[UInt8]: Int] = [:]
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Files that were claimed and have not come to their end.
    package var count: Int { state.withLock { $0.count } }

    /// Whether somebody waits until no file is in flight: nothing more comes before that.
    package var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    /// A file of this path enters the pipeline.
    package func enter(_ path: [UInt8]) {
        state.withLock { state in
            state.paths[path, default: 0] += 1
            state.count += 1
        }
    }

    /// A file of this path has been committed, failed or given back.
    package func leave(_ path: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let others = (state.paths[path] ?? 0) - 1
            state.paths[path] = others > 0 ? others : nil
            state.count -= 1
            return state.count == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Whether no other file of this path is in flight than the one that asks.
    package func isAlone(_ path: [UInt8]) -> Bool { state.withLock { ($0.paths[path] ?? 0) <= 1 } }

    /// Waits until no file is in flight; one caller at a time.
    package func waitUntilNone() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if state.count == 0 || state.isClosed { return true }
                state.waiter = continuation
                return false
            }
            if isNone { continuation.resume() }
        }
    }

    /// Lets everybody through, on the way out.
    package func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
