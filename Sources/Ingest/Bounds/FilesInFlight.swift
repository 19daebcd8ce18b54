import Synchronization

/// The files between claim and end: how many, and of which paths.
///
/// A document counts as known only while no other version of its file is in flight, because that one will be committed first.
package final class FilesInFlight: Sendable {
    /// The versions of one file, and the number of the oldest of them.
    ///
    /// The number stays while any version is in flight, because nobody notes which of them has left.
    private struct Versions {
        var count: Int
        let number: Int
    }

    private struct State {
        var paths: [[UInt8]: Versions] = [:]
        var count = 0
        /// The number of the next file.
        var next = 0
        /// Whether a file may have been claimed that has not entered; true until the files of an earlier run have.
        var isClaiming = true
        var isHeld = false
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Files that were claimed and have not come to their end.
    package var count: Int { state.withLock { $0.count } }

    /// Whether somebody waits until no file is in flight: nothing more comes before that.
    package var isAwaited: Bool { state.withLock { $0.waiter != nil || $0.isHeld } }

    /// Says that nothing more comes for now, or that it does again.
    package func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    /// A claim begins; it is over when the file enters, or with `endClaim`.
    package func beginClaim() { state.withLock { $0.isClaiming = true } }

    /// No file is claimed that has not entered.
    package func endClaim() { state.withLock { $0.isClaiming = false } }

    /// Where the files in flight stand, for one who waits for those of a moment.
    ///
    /// `next` is the number of the next file, nil while a file may be claimed that has not entered; `oldest` is the
    /// number of the oldest one in flight.
    package var marks: (next: Int?, oldest: Int?) {
        state.withLock { state in
            (state.isClaiming ? nil : state.next, state.paths.values.lazy.map(\.number).min())
        }
    }

    /// A file of this path enters the pipeline.
    package func enter(_ path: [UInt8]) {
        state.withLock { state in
            state.paths[path, default: Versions(count: 0, number: state.next)].count += 1
            state.next += 1
            state.count += 1
            state.isClaiming = false
        }
    }

    /// A file of this path has been committed, failed or given back.
    package func leave(_ path: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.paths[path]?.count -= 1
            if state.paths[path]?.count == 0 { state.paths[path] = nil }
            state.count -= 1
            return state.count == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Whether no other file of this path is in flight than the one that asks.
    package func isAlone(_ path: [UInt8]) -> Bool { state.withLock { ($0.paths[path]?.count ?? 0) <= 1 } }

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
