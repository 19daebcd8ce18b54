/// Decides which sequences a free worker takes next: a pure state machine, its locks and threads are `SentenceEncoder`'s.
///
/// A microbatch is formed when a worker asks, never by a timer, so an idle pool starts at once and a busy one packs as much
/// as waits (text-embeddings-inference's queue). It is bounded by tokens, not by sequences; requests in the bulk lane are
/// admitted while the tokens in flight stay under a limit, which is what keeps memory bounded.
package struct BatchQueue {
    /// What must be done after a request got its last vector or was given up.
    package struct Admission: Equatable {
        /// Requests that may now enter; their callers are waiting.
        package var admitted: [Int] = []
    }

    private struct Request {
        let sequences: [[Int32]]
        var next = 0
    }

    /// Tokens of a microbatch; a sequence that is longer goes alone.
    package let batchTokens: Int
    /// Tokens of bulk requests that may wait or be computed at one time.
    package let tokenLimit: Int
    private var requests: [Int: Request] = [:]
    private var interactive: [Int] = []
    private var bulk: [Int] = []
    private var waiting: [(id: Int, tokens: Int)] = []
    private var admitted: [Int: Int] = [:]
    private var admittedTokens = 0
    package private(set) var isClosed = false

    package init(batchTokens: Int, tokenLimit: Int) {
        self.batchTokens = batchTokens
        self.tokenLimit = tokenLimit
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

    /// Enters an admitted request; the interactive lane needs no admission.
    package mutating func enter(_ id: Int, _ sequences: [[Int32]], lane: Lane) {
        requests[id] = Request(sequences: sequences)
        if lane == .interactive { interactive.append(id) } else { bulk.append(id) }
    }

    /// The next microbatch; nil when nothing waits.
    ///
    /// Interactive requests never share a microbatch with bulk ones: a short query should not compute a long neighbour.
    package mutating func next() -> Microbatch? {
        var batch = Microbatch()
        let served = fill(&batch, from: interactive)
        interactive.removeFirst(served)
        if batch.items.isEmpty {
            let served = fill(&batch, from: bulk)
            bulk.removeFirst(served)
        }
        return batch.items.isEmpty ? nil : batch
    }

    /// - Returns: how many requests at the lane's head have no sequence left to compute.
    private mutating func fill(_ batch: inout Microbatch, from lane: [Int]) -> Int {
        var finished = 0
        filling: for id in lane {
            guard var request = requests[id] else {
                finished += 1
                continue
            }
            while request.next < request.sequences.count {
                let sequence = request.sequences[request.next]
                if !batch.items.isEmpty, batch.tokens + sequence.count > batchTokens {
                    requests[id] = request
                    break filling
                }
                batch.items.append(.init(request: id, index: request.next, tokens: sequence[...]))
                batch.tokens += sequence.count
                request.next += 1
            }
            requests[id] = request
            finished += 1
        }
        return finished
    }

    /// Forgets a request that is complete or given up, and gives its room to those that wait.
    package mutating func leave(_ id: Int) -> Admission {
        requests[id] = nil
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
