import DequeModule

/// Decides which sequences a free worker takes next: a pure state machine.
///
/// The lock is `MicrobatchDispatcher`'s, the threads are `EncoderPool`'s.
///
/// A microbatch is formed when a worker asks, never by a timer, so an idle pool starts at once and a busy one packs as much
/// as waits (text-embeddings-inference's queue). It is bounded by tokens, not by sequences; requests in the bulk lane are
/// admitted while the tokens in flight stay under a limit, which is what keeps memory bounded.
///
/// Interactive requests go first. Brief ones go before bulk ones, but not for ever: every fourth of their microbatches is a
/// bulk one while both wait.
///
/// Where less waits than all workers could take, a worker takes its share only, so that the end of a run, or a document that
/// comes alone, occupies all of them and they finish together.
package struct MicrobatchPlanner {
    /// What must be done after a request got its last vector or was given up.
    package struct Admission: Equatable {
        /// Requests that may now enter; their callers are waiting.
        package var admitted: [Int] = []
    }

    private struct Request {
        let sequences: [[Int32]]
        let lane: Lane
        var next = 0
        /// Tokens of the sequences that no worker has taken.
        var waiting: Int
    }

    /// The requests of a lane that have sequences left, first come first.
    private struct Line {
        var requests: Deque<Int> = []
        var tokens = 0
    }

    /// Tokens below which work is not divided any more: products of fewer rows take as long.
    private static let leastShare = 128
    /// Brief microbatches that a waiting bulk request lets pass.
    private static let mostOvertaken = 3

    /// Tokens of a microbatch; a sequence that is longer goes alone.
    package let batchTokens: Int
    /// Tokens of bulk requests that may wait or be computed at one time.
    package let tokenLimit: Int
    /// Workers that ask for microbatches.
    package let workers: Int
    private var requests: [Int: Request] = [:]
    private var interactive = Line()
    private var brief = Line()
    private var bulk = Line()
    /// Microbatches of brief requests since the last bulk one, while bulk requests waited.
    private var overtaken = 0
    private var waiting: Deque<(id: Int, tokens: Int)> = []
    private var admitted: [Int: Int] = [:]
    private var admittedTokens = 0
    package private(set) var isClosed = false

    package init(batchTokens: Int, tokenLimit: Int, workers: Int = 1) {
        self.batchTokens = batchTokens
        self.tokenLimit = tokenLimit
        self.workers = max(workers, 1)
    }

    /// Whether no request is known any more.
    package var isEmpty: Bool { requests.isEmpty && waiting.isEmpty }

    /// No further requests will come.
    package mutating func close() { isClosed = true }

    /// Asks for room for a bulk request.
    ///
    /// - Returns: whether it may enter now; if not, a later `Admission` names it. A request larger than the limit enters
    ///   when nothing else is in flight.
    package mutating func requestAdmission(_ id: Int, tokens: Int) -> Bool {
        guard waiting.isEmpty, admittedTokens == 0 || admittedTokens + tokens <= tokenLimit else {
            waiting.append((id, tokens))
            return false
        }
        admit(id, tokens)
        return true
    }

    private mutating func admit(_ id: Int, _ tokens: Int) {
        admitted[id] = tokens
        admittedTokens += tokens
    }

    /// Enters an admitted request; only the bulk lane needs admission.
    package mutating func enter(_ id: Int, _ sequences: [[Int32]], lane: Lane) {
        let tokens = sequences.reduce(0) { $0 + $1.count }
        requests[id] = Request(sequences: sequences, lane: lane, waiting: tokens)
        change(lane) { line in
            line.requests.append(id)
            line.tokens += tokens
        }
    }

    private mutating func change(_ lane: Lane, _ body: (inout Line) -> Void) {
        switch lane {
        case .interactive: body(&interactive)
        case .brief: body(&brief)
        case .bulk: body(&bulk)
        }
    }

    /// The next microbatch; nil when nothing waits.
    ///
    /// Requests of different lanes never share a microbatch: a short query should not compute a long neighbour.
    package mutating func next() -> Microbatch? {
        let lanes: [Lane] = overtaken < Self.mostOvertaken ? [.brief, .bulk] : [.bulk, .brief]
        for lane in [.interactive] + lanes {
            let line = line(of: lane)
            var batch = Microbatch()
            let served = fill(&batch, from: line)
            change(lane) { line in
                line.requests.removeFirst(served)
                line.tokens -= batch.tokens
            }
            if batch.items.isEmpty { continue }
            if lane != .interactive { overtaken = lane == .brief && !bulk.requests.isEmpty ? overtaken + 1 : 0 }
            return batch
        }
        return nil
    }

    private func line(of lane: Lane) -> Line {
        switch lane {
        case .interactive: interactive
        case .brief: brief
        case .bulk: bulk
        }
    }

    /// Tokens that one worker takes of a line.
    private func share(of line: Line) -> Int {
        let share = (line.tokens + workers - 1) / workers
        return min(max(share, Self.leastShare), batchTokens)
    }

    /// - Returns: how many requests at the lane's head have no sequence left to compute.
    private mutating func fill(_ batch: inout Microbatch, from line: Line) -> Int {
        let limit = share(of: line)
        var finished = 0
        filling: for id in line.requests {
            guard var request = requests[id] else {
                finished += 1
                continue
            }
            while request.next < request.sequences.count {
                let sequence = request.sequences[request.next]
                if !batch.items.isEmpty, batch.tokens + sequence.count > limit {
                    requests[id] = request
                    break filling
                }
                batch.items.append(.init(request: id, index: request.next, tokens: sequence[...]))
                batch.tokens += sequence.count
                request.next += 1
                request.waiting -= sequence.count
            }
            requests[id] = request
            finished += 1
        }
        return finished
    }

    /// Forgets a request that is complete or given up, and gives its room to those that wait.
    package mutating func leave(_ id: Int) -> Admission {
        if let request = requests.removeValue(forKey: id) { change(request.lane) { $0.tokens -= request.waiting } }
        waiting.removeAll { $0.id == id }
        admittedTokens -= admitted.removeValue(forKey: id) ?? 0
        var admission = Admission()
        while let first = waiting.first, admittedTokens == 0 || admittedTokens + first.tokens <= tokenLimit {
            admit(first.id, first.tokens)
            admission.admitted.append(first.id)
            waiting.removeFirst()
        }
        return admission
    }
}

/// What one worker computes in one go: sequences of one or more requests, packed one after another.
package struct Microbatch: Sendable {
    /// A sequence and where its vector belongs.
    package struct Item: Sendable {
        package let request: Int
        package let index: Int
        package let tokens: ArraySlice<Int32>
    }

    package var items: [Item] = []
    /// Tokens of all items.
    package var tokens = 0
}
