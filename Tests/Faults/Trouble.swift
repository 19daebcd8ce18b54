import Synchronization

/// What must not happen, whatever fails.
struct Trouble: Error, Sendable, CustomStringConvertible {
    /// The sorts that are counted.
    enum Sort: String, Codable, Sendable, CaseIterable {
        /// A document or a file is not where it must be.
        case lost
        /// A document lives twice, or a file lies somewhere twice.
        case twice
        /// A run does not come to its end.
        case stuck
        /// The index cannot be opened, or does not verify.
        case unreadable
        /// A file is held to be at fault for what the system did.
        case blamed
        /// The daemon ends for a fault of the system, in a way after which it is not started again.
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

/// The first thing that became of a run: its end, or the end of our patience.
final class Outcome: Sendable {
    private struct State {
        var answer: Trouble??
        var waiter: CheckedContinuation<Trouble?, Never>?
    }

    private let state = Mutex(State())

    /// Says what became of it; only the first time counts.
    func settle(_ trouble: Trouble?) {
        let waiter = state.withLock { state in
            guard state.answer == nil else { return nil as CheckedContinuation<Trouble?, Never>? }
            state.answer = .some(trouble)
            return state.waiter.take()
        }
        waiter?.resume(returning: trouble)
    }

    /// Waits for it; one caller.
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
