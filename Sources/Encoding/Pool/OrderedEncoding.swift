import AsyncAlgorithms
import Synchronization

/// Keeps the pool busy with several pieces of work at a time and gives their results in the order of the input.
///
/// It has three users at a time: who sends pieces, who runs it, who takes results. It bounds nothing by itself, because only
/// its users know what a piece weighs: `pump` counts pieces, the ingest weighs bytes.
package final class OrderedEncoding<Piece: Sendable, Output: Sendable>: Sendable {
    /// What a taker gets.
    package enum Next: Sendable {
        case output(Output)
        /// `tick` was called while there was no output.
        case tick
        /// Nothing more will come.
        case finished
    }

    /// Results that nobody has taken.
    ///
    /// No `AsyncChannel`: that drops what a cancelled task sends, and what was computed before the end is still to be taken.
    private struct State: Sendable {
        var outputs: [Int: Output] = [:]
        var given = 0
        var isFinished = false
        var isTicking = false
        var taker: CheckedContinuation<Void, Never>?

        /// Whether the taker need not wait.
        var isReady: Bool { isFinished || isTicking || outputs[given] != nil }
    }

    private let pieces = AsyncChannel<(place: Int, piece: Piece)>()
    /// The pieces sent so far.
    ///
    /// The sender counts them, so a piece that the channel drops leaves a gap, and nothing after the gap is delivered.
    private let sent = Mutex(0)
    private let state = Mutex(State())

    package init() {}

    // MARK: - The sender

    /// Hands over the next piece; returns when it is being encoded, or when nobody encodes any more.
    ///
    /// The channel drops what a cancelled task sends.
    package func send(_ piece: Piece) async {
        let place = sent.withLock { count in
            defer { count += 1 }
            return count
        }
        await pieces.send((place, piece))
    }

    /// Says that no further pieces will come.
    package func finishSending() { pieces.finish() }

    // MARK: - The runner

    /// Encodes pieces at the same time until the last one is done.
    ///
    /// - Parameter encode: gives a piece's result; nil gives the piece up, and with it all that come after it.
    /// - Throws: what `encode` throws first; the others are cancelled then.
    package func run(_ encode: @escaping @Sendable (Piece) async throws -> Output?) async throws {
        defer { stop() }
        try await withThrowingDiscardingTaskGroup { group in
            for await (place, piece) in pieces {
                group.addTask {
                    do {
                        if let output = try await encode(piece) { self.put(output, at: place) }
                    } catch {
                        // The loop above waits for pieces, and nothing else would end it.
                        self.stop()
                        throw error
                    }
                }
            }
        }
    }

    private func put(_ output: Output, at place: Int) { wake { $0.outputs[place] = output } }

    // MARK: - The taker

    /// The next result in order; waits for it, for a tick, or for the end.
    ///
    /// Only one caller may wait at a time.
    package func next() async -> Next {
        while true {
            let next = state.withLock { state -> Next? in
                if let output = state.outputs.removeValue(forKey: state.given) {
                    state.given += 1
                    return .output(output)
                }
                if state.isFinished { return .finished }
                defer { state.isTicking = false }
                return state.isTicking ? .tick : nil
            }
            if let next { return next }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.isReady { state.taker = continuation }
                    return state.isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// The next result in order, as `next()`; gives a tick when there is none for so long.
    package func next(within time: Duration) async -> Next {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled as soon as there is something.
                if (try? await Task.sleep(for: time)) != nil { self.tick() }
            }
            defer { group.cancelAll() }
            return await next()
        }
    }

    /// Wakes the taker, if it waits, to look at the clock.
    package func tick() { wake { $0.isTicking = true } }

    /// Lets everybody go who waits; results that are there can still be taken.
    package func stop() {
        pieces.finish()
        wake { $0.isFinished = true }
    }

    private func wake(_ change: (inout State) -> Void) {
        let taker = state.withLock { state in
            change(&state)
            return state.isReady ? state.taker.take() : nil
        }
        taker?.resume()
    }
}

extension OrderedEncoding {
    /// Sends and takes in the caller's task, which reads on while the workers compute.
    ///
    /// - Parameters:
    ///   - window: pieces between sending and taking, which bounds the memory whatever the size of the input.
    ///   - next: the next piece; nil after the last.
    ///   - encode: gives a piece's result.
    ///   - deliver: takes the results in order.
    /// - Throws: what the closures throw.
    package static func pump(
        window: Int, next: () throws -> Piece?, encode: @escaping @Sendable (Piece) async throws -> Output,
        deliver: (Output) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let encoding = OrderedEncoding()
            group.addTask { try await encoding.run(encode) }
            var inFlight = 0
            var isExhausted = false
            while true {
                while !isExhausted, inFlight < window {
                    guard let piece = try next() else {
                        isExhausted = true
                        encoding.finishSending()
                        break
                    }
                    await encoding.send(piece)
                    inFlight += 1
                }
                switch await encoding.next() {
                case .output(let output):
                    inFlight -= 1
                    try deliver(output)
                case .tick: continue
                case .finished:
                    try await group.waitForAll()
                    // A cancelled runner with nothing under way ends without an error.
                    guard isExhausted, inFlight == 0 else { throw CancellationError() }
                    return
                }
            }
        }
    }
}
