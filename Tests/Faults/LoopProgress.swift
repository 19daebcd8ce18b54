import Synchronization

/// State that the workers of one loop share: the assignment of points and their results.
final class LoopProgress: Sendable {
    private struct Shared {
        var state: LoopState
        var cursor: Int
        var finished: Set<Int> = []
    }

    private let shared: Mutex<Shared>
    private let last: Int

    /// Hands out at most `count` points.
    init(_ state: LoopState, count: Int) {
        last = state.next + min(count, state.points.count - state.next)
        shared = Mutex(Shared(state: state, cursor: state.next))
    }

    /// The state of the loop; it excludes points after an unfinished one, so that none is skipped later.
    var state: LoopState { shared.withLock { $0.state } }

    /// The next point to try; nil when there is none.
    func next() -> Int? {
        shared.withLock { shared in
            guard shared.cursor < last else { return nil }
            defer { shared.cursor += 1 }
            return shared.cursor
        }
    }

    /// Records that a point is finished.
    func note(_ number: Int, isReached: Bool, _ trouble: Trouble?) {
        shared.withLock { shared in
            if isReached {
                shared.state.reached += 1
                let kind: Totals.Kind = Self.kind(of: shared.state.points[number])
                shared.state.totals.tried[kind, default: 0] += 1
            }
            if let trouble {
                shared.state.troubles[trouble.sort, default: 0] += 1
                shared.state.totals.add(trouble)
            }
            shared.finished.insert(number)
            while shared.finished.remove(shared.state.next) != nil { shared.state.next += 1 }
        }
    }

    private static func kind(of point: FaultPoint) -> Totals.Kind {
        if case .exits = point.effect { return .kills }
        return point.isDeath ? .kill : .failure
    }
}
