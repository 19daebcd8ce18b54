import Synchronization

/// Results of concurrent work, given out in the order in which the work was begun.
///
/// The window bounds how much work is under way or waiting for a slower predecessor.
final class OrderedResults<Element: Sendable>: Sendable {
    enum Next: Sendable {
        case result(Element)
        /// `tick` was called while there was none.
        case tick
        case finished
    }

    private struct State {
        var results: [Int: Element] = [:]
        var reserved = 0
        var given = 0
        var isFinished = false
        var isTicking = false
        var beginner: CheckedContinuation<Void, Never>?
        var taker: CheckedContinuation<Void, Never>?
    }

    private let window: Int
    private let state = Mutex(State())

    init(window: Int) {
        self.window = window
    }

    /// Begins a piece of work, waiting for room in the window.
    ///
    /// - Returns: its number; nil when nobody takes results any more.
    func begin() async -> Int? {
        while true {
            let (number, isOver) = state.withLock { state -> (Int?, Bool) in
                guard !state.isFinished else { return (nil, true) }
                guard state.reserved - state.given < window else { return (nil, false) }
                defer { state.reserved += 1 }
                return (state.reserved, false)
            }
            if number != nil || isOver { return number }
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state in
                    let hasRoom = state.isFinished || state.reserved - state.given < window
                    if !hasRoom { state.beginner = continuation }
                    return hasRoom
                }
                if hasRoom { continuation.resume() }
            }
        }
    }

    /// Delivers the result of piece `number`.
    func put(_ result: Element, at number: Int) {
        let taker = state.withLock { state in
            state.results[number] = result
            return number == state.given ? state.taker.take() : nil
        }
        taker?.resume()
    }

    /// The next result in order; waits for it, for a tick, or for the end.
    func next() async -> Next {
        while true {
            let (next, beginner) = state.withLock { state -> (Next?, CheckedContinuation<Void, Never>?) in
                if let result = state.results.removeValue(forKey: state.given) {
                    state.given += 1
                    return (.result(result), state.beginner.take())
                }
                if state.isFinished { return (.finished, nil) }
                defer { state.isTicking = false }
                return (state.isTicking ? .tick : nil, nil)
            }
            beginner?.resume()
            if let next { return next }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = state.isFinished || state.isTicking || state.results[state.given] != nil
                    if !isReady { state.taker = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Wakes the taker, if it waits, to look at the clock.
    func tick() {
        let taker = state.withLock { state in
            state.isTicking = true
            return state.taker.take()
        }
        taker?.resume()
    }

    /// No further work will be begun; all that was begun has been delivered, or never will be.
    func finish() {
        let (beginner, taker) = state.withLock { state in
            state.isFinished = true
            return (state.beginner.take(), state.taker.take())
        }
        beginner?.resume()
        taker?.resume()
    }
}
