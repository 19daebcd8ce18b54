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
            change { state, wakeups in
                if let refused = Self.refusal(id, &state) {
                    wakeups.admissions.append((continuation, .failure(refused)))
                } else if state.planner.requestAdmission(id, tokens: tokens) {
                    wakeups.admissions.append((continuation, .success(())))
                } else {
                    state.admissions[id] = continuation
                }
            }
        }
    }

    private func enter(
        _ id: Int, _ sequences: [[Int32]], _ lane: Lane, _ continuation: CheckedContinuation<[Float], any Error>
    ) {
        change { state, wakeups in
            if let refused = Self.refusal(id, &state) {
                wakeups.callers.append((continuation, .failure(refused)))
                return Self.leave(id, &state, &wakeups)
            }
            state.callers[id] = Caller(
                values: [Float](repeating: 0, count: sequences.count * dimension), missing: sequences.count,
                continuation: continuation)
            state.planner.enter(id, sequences, lane: lane)
            Self.wakeWorkers(&state, &wakeups)
        }
    }

    private static func refusal(_ id: Int, _ state: inout State) -> (any Error)? {
        if state.cancelled.remove(id) != nil { return CancellationError() }
        return state.planner.isClosed ? EncodingError(.closed, "the encoder is shutting down") : nil
    }

    private func cancel(_ id: Int) {
        change { state, wakeups in
            if let caller = state.callers.removeValue(forKey: id) {
                wakeups.callers.append((caller.continuation, .failure(CancellationError())))
                Self.leave(id, &state, &wakeups)
            } else if let waiting = state.admissions.removeValue(forKey: id) {
                wakeups.admissions.append((waiting, .failure(CancellationError())))
                Self.leave(id, &state, &wakeups)
            } else {
                state.cancelled.insert(id)
            }
        }
    }

    // MARK: - Workers

    /// The next microbatch, waiting for one if need be; nil once it is closed and empty.
    func next() async -> Microbatch? {
        await withCheckedContinuation { continuation in
            change { state, wakeups in
                if let batch = state.planner.next() {
                    wakeups.workers.append((continuation, batch))
                } else if state.planner.isClosed, state.planner.isEmpty {
                    wakeups.workers.append((continuation, nil))
                } else {
                    state.idleWorkers.append(continuation)
                }
            }
        }
    }

    /// Delivers a microbatch's vectors.
    func finish(_ batch: Microbatch, _ vectors: [Float]) {
        change { state, wakeups in
            for (row, item) in batch.items.enumerated() where state.callers[item.request] != nil {
                state.callers[item.request]?.values.replaceSubrange(
                    item.index * dimension..<(item.index + 1) * dimension,
                    with: vectors[row * dimension..<(row + 1) * dimension])
                state.callers[item.request]?.missing -= 1
                if state.callers[item.request]?.missing == 0,
                    let caller = state.callers.removeValue(forKey: item.request)
                {
                    wakeups.callers.append((caller.continuation, .success(caller.values)))
                    Self.leave(item.request, &state, &wakeups)
                }
            }
        }
    }

    /// Fails every request that has a part in the microbatch.
    func fail(_ batch: Microbatch, _ error: EncodingError) {
        change { state, wakeups in
            for item in batch.items {
                guard let caller = state.callers.removeValue(forKey: item.request) else { continue }
                wakeups.callers.append((caller.continuation, .failure(error)))
                Self.leave(item.request, &state, &wakeups)
            }
        }
    }

    /// Refuses what comes from now on; what was entered is still computed.
    func close() {
        change { state, wakeups in
            state.planner.close()
            for (id, waiting) in state.admissions {
                wakeups.admissions.append((waiting, .failure(EncodingError(.closed, "the encoder is shutting down"))))
                _ = state.planner.leave(id)
            }
            state.admissions = [:]
            Self.wakeWorkers(&state, &wakeups)
        }
    }

    private static func leave(_ id: Int, _ state: inout State, _ wakeups: inout Wakeups) {
        for admitted in state.planner.leave(id).admitted {
            if let waiting = state.admissions.removeValue(forKey: admitted) {
                wakeups.admissions.append((waiting, .success(())))
            }
        }
        wakeWorkers(&state, &wakeups)
    }

    private static func wakeWorkers(_ state: inout State, _ wakeups: inout Wakeups) {
        while !state.idleWorkers.isEmpty {
            if let batch = state.planner.next() {
                wakeups.workers.append((state.idleWorkers.removeLast(), batch))
            } else if state.planner.isClosed, state.planner.isEmpty {
                wakeups.workers.append((state.idleWorkers.removeLast(), nil))
            } else {
                return
            }
        }
    }

    // MARK: - The lock

    /// Who goes on after a change.
    private struct Wakeups: Sendable {
        var callers: [(CheckedContinuation<[Float], any Error>, Result<[Float], any Error>)] = []
        var admissions: [(CheckedContinuation<Void, any Error>, Result<Void, any Error>)] = []
        var workers: [(CheckedContinuation<Microbatch?, Never>, Microbatch?)] = []
    }

    /// Changes the state, and lets everybody go on whom the change concerns.
    ///
    /// Nobody goes on under the lock: the runtime locks a task that it resumes, and whoever cancels a task calls `cancel` with that
    /// lock held, so that two threads would wait for each other.
    private func change(_ body: (inout State, inout Wakeups) -> Void) {
        let wakeups = state.withLock { state in
            var wakeups = Wakeups()
            body(&state, &wakeups)
            return wakeups
        }
        for (caller, result) in wakeups.callers { caller.resume(with: result) }
        for (waiting, result) in wakeups.admissions { waiting.resume(with: result) }
        for (worker, batch) in wakeups.workers { worker.resume(returning: batch) }
    }
}
