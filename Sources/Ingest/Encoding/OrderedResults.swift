import Synchronization

/// Results of concurrent work, given out in the order of their numbers, which begin at 0.
///
/// What may be under way at a time is bounded by `BytePermit`, not here.
package final class OrderedResults<Element: Sendable>: Sendable {
    package enum Next: Sendable {
        case result(Element)
        /// `tick` was called while there was none.
        case tick
        case finished
    }

    private struct State {
        var results: [Int: Element] = [:]
        var given = 0
        var isFinished = false
        var isTicking = false
        var taker: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Delivers the result of piece `number`.
    package func put(_ result: Element, at number: Int) {
        let taker = state.withLock { state in
            state.results[number] = result
            return number == state.given ? state.taker.take() : nil
        }
        taker?.resume()
    }

    /// Waits for the next result in order, for a tick, or for the end; one caller at a time.
    package func next() async -> Next {
        while true {
            let next = state.withLock { state -> Next? in
                if let result = state.results.removeValue(forKey: state.given) {
                    state.given += 1
                    return .result(result)
                }
                if state.isFinished { return .finished }
                defer { state.isTicking = false }
                return state.isTicking ? .tick : nil
            }
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
    package func tick() {
        let taker = state.withLock { state in
            state.isTicking = true
            return state.taker.take()
        }
        taker?.resume()
    }

    /// No further results will be delivered; those that were can still be taken.
    package func finish() {
        let taker = state.withLock { state in
            state.isFinished = true
            return state.taker.take()
        }
        taker?.resume()
    }
}
