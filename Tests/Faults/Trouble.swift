import Synchronization

/// A violation, which must not happen whatever fails.
struct Trouble: Error, Sendable, CustomStringConvertible {
    /// The kinds that are counted.
    enum Sort: String, Codable, Sendable, CaseIterable {
        /// A document or a file is not where it must be.
        case lost
        /// A document lives twice, or a file exists twice.
        case twice
        /// A run does not end.
        case stuck
        /// The index cannot be opened, or does not verify.
        case unreadable
        /// A file is blamed for a fault of the system.
        case blamed
        /// The daemon ends for a fault of the system in a way that prevents a restart.
        case ended
    }

    let sort: Sort
    let message: String

    init(_ sort: Sort, _ message: String) {
        self.sort = sort
        self.message = message
    }

    var description: String { "\(sort.rawValue): \(message)" }
}

/// The first result of a run: its end, or the timeout.
final class Outcome: Sendable {
    private struct State {
        var answer: Trouble??
        var waiter: CheckedContinuation<Trouble?, Never>?
    }

    private let state = Mutex(State())

    /// Sets the result; only the first call counts.
    func settle(_ trouble: Trouble?) {
        let waiter = state.withLock { state in
            guard state.answer == nil else { return nil as CheckedContinuation<Trouble?, Never>? }
            state.answer = .some(trouble)
            return state.waiter.take()
        }
        waiter?.resume(returning: trouble)
    }

    /// Waits for the result; for one caller.
    func wait() async -> Trouble? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Trouble?? in
                if state.answer == nil { state.waiter = continuation }
                return state.answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
