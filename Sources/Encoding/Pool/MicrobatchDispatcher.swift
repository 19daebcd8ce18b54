import Synchronization

/// The driver of `MicrobatchPlanner`: it holds the lock, the callers that wait for vectors and the workers that wait for work.
final class MicrobatchDispatcher: Sendable {
    private struct Caller {
        var values: [Float]
        var missing: Int
        let continuation: CheckedContinuation<[Float], any Error>
    }

    private struct State {
        var planner: MicrobatchPlanner
        var callers: [Int: Caller] = [:]
        var admissions: [Int: CheckedContinuation<Void, any Error>] = [:]
        var idleWorkers: [CheckedContinuation<Microbatch?, Never>] = []
        var nextRequest = 0
        /// Given up before they were known here; cancellation may overtake the request.
        var cancelled: Set<Int> = []
    }

    private let dimension: Int
    private let state: Mutex<State>

    init(dimension: Int, batchTokens: Int, tokenLimit: Int, workers: Int) {
        self.dimension = dimension
        state = Mutex(
            State(planner: MicrobatchPlanner(batchTokens: batchTokens, tokenLimit: tokenLimit, workers: workers)))
    }

    // MARK: - Callers

    /// Waits for admission and then for the vectors of all sequences, in their order.
    ///
    /// - Throws: `EncodingError`, or `CancellationError` when the calling task is cancelled.
    func submit(_ sequences: [[Int32]], lane: Lane) async throws -> [Float] {
        let id = state.withLock { state in
            state.nextRequest += 1
            return state.nextRequest
        }
        // A cancellation that comes after the answer leaves a note that nobody will read.
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            if lane == .bulk { try await admit(id, tokens: sequences.reduce(0) { $0 + $1.count }) }
            return try await withCheckedThrowingContinuation { continuation in
                enter(id, sequences, lane, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func admit(_ id: Int, tokens: Int) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let failure = state.withLock { state -> (any Error)? in
                if let refused = Self.refusal(id, &state) { return refused }
                if state.planner.requestAdmission(id, tokens: tokens) {
                    continuation.resume()
                } else {
                    state.admissions[id] = continuation
                }
                return nil
            }
            if let failure { continuation.resume(throwing: failure) }
        }
    }

    private func enter(
        _ id: Int, _ sequences: [[Int32]], _ lane: Lane, _ continuation: CheckedContinuation<[Float], any Error>
    ) {
        let failure = state.withLock { state -> (any Error)? in
            if let refused = Self.refusal(id, &state) {
                Self.leave(id, &state)
                return refused
            }
            state.callers[id] = Caller(
                values: [Float](repeating: 0, count: sequences.count * dimension), missing: sequences.count,
                continuation: continuation)
            state.planner.enter(id, sequences, lane: lane)
            Self.wakeWorkers(&state)
            return nil
        }
        if let failure { continuation.resume(throwing: failure) }
    }

    private static func refusal(_ id: Int, _ state: inout State) -> (any Error)? {
        if state.cancelled.remove(id) != nil { return CancellationError() }
        return state.planner.isClosed ? EncodingError(.closed, "the encoder is shutting down") : nil
    }

    private func cancel(_ id: Int) {
        state.withLock { state in
            if let caller = state.callers.removeValue(forKey: id) {
                caller.continuation.resume(throwing: CancellationError())
                Self.leave(id, &state)
            } else if let waiting = state.admissions.removeValue(forKey: id) {
                waiting.resume(throwing: CancellationError())
                Self.leave(id, &state)
            } else {
                state.cancelled.insert(id)
            }
        }
    }

    // MARK: - Workers

    /// The next microbatch, waiting for one if need be; nil once it is closed and empty.
    func next() async -> Microbatch? {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if let batch = state.planner.next() {
                    continuation.resume(returning: batch)
                } else if state.planner.isClosed, state.planner.isEmpty {
                    continuation.resume(returning: nil)
                } else {
                    state.idleWorkers.append(continuation)
                }
            }
        }
    }

    /// Delivers a microbatch's vectors.
    func finish(_ batch: Microbatch, _ vectors: [Float]) {
        state.withLock { state in
            for (row, item) in batch.items.enumerated() where state.callers[item.request] != nil {
                state.callers[item.request]?.values.replaceSubrange(
                    item.index * dimension..<(item.index + 1) * dimension,
                    with: vectors[row * dimension..<(row + 1) * dimension])
                state.callers[item.request]?.missing -= 1
                if state.callers[item.request]?.missing == 0,
                    let caller = state.callers.removeValue(forKey: item.request)
                {
                    caller.continuation.resume(returning: caller.values)
                    Self.leave(item.request, &state)
                }
            }
        }
    }

    /// Fails every request that has a part in the microbatch.
    func fail(_ batch: Microbatch, _ error: EncodingError) {
        state.withLock { state in
            for item in batch.items {
                guard let caller = state.callers.removeValue(forKey: item.request) else { continue }
                caller.continuation.resume(throwing: error)
                Self.leave(item.request, &state)
            }
        }
    }

    /// Refuses what comes from now on; what was entered is still computed.
    func close() {
        state.withLock { state in
            state.planner.close()
            for (id, waiting) in state.admissions {
                waiting.resume(throwing: EncodingError(.closed, "the encoder is shutting down"))
                _ = state.planner.leave(id)
            }
            state.admissions = [:]
            Self.wakeWorkers(&state)
        }
    }

    private static func leave(_ id: Int, _ state: inout State) {
        for admitted in state.planner.leave(id).admitted {
            state.admissions.removeValue(forKey: admitted)?.resume()
        }
        wakeWorkers(&state)
    }

    private static func wakeWorkers(_ state: inout State) {
        while !state.idleWorkers.isEmpty {
            if let batch = state.planner.next() {
                state.idleWorkers.removeLast().resume(returning: batch)
            } else if state.planner.isClosed, state.planner.isEmpty {
                state.idleWorkers.removeLast().resume(returning: nil)
            } else {
                return
            }
        }
    }
}
