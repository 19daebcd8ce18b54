import Synchronization

/// What several workers of one loop share: who takes which point, and what came of it.
final class LoopProgress: Sendable {
    private struct Shared {
        var state: LoopState
        var cursor: Int
        var finished: Set<Int> = []
    }

    private let shared: Mutex<Shared>
    private let last: Int

    /// - Parameter count: how many points are given out at most.
    init(_ state: LoopState, count: Int) {
        last = state.next + min(count, state.points.count - state.next)
        shared = Mutex(Shared(state: state, cursor: state.next))
    }

    /// Where the loop stands; points behind one that is not over yet do not count, so that none is left out later.
    var state: LoopState { shared.withLock { $0.state } }

    /// The next point to try; nil when there is none.
    func next() -> Int? {
        shared.withLock { shared in
            guard shared.cursor < last else { return nil }
            defer { shared.cursor += 1 }
            return shared.cursor
        }
    }

    /// A point is over.
    func note(_ number: Int, isReached: Bool, _ trouble: Trouble?) {
        shared.withLock { shared in
            if isReached { shared.state.reached += 1 }
            if let trouble { shared.state.troubles[trouble.sort, default: 0] += 1 }
            shared.finished.insert(number)
            while shared.finished.remove(shared.state.next) != nil { shared.state.next += 1 }
        }
    }
}
