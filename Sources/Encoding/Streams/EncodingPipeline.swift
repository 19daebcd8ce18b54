/// Keeps the encoder busy with a few batches at a time and takes their vectors in the order of the input.
///
/// While workers compute, the caller's thread reads and tokenizes what comes next; the number of batches in flight bounds the
/// memory, whatever the size of the input.
struct EncodingPipeline {
    /// Tokens of a batch: enough that handing it over costs nothing beside computing it.
    static let batchTokens = 4096

    let encoder: SentenceEncoder

    /// Runs until `next` returns nil and all vectors are delivered.
    ///
    /// - Parameters:
    ///   - next: the sequences of the next batch.
    ///   - deliver: takes the vectors of a batch, in the order in which `next` gave them.
    /// - Throws: what `next` and `deliver` throw, and what `SentenceEncoder.encode` throws.
    func run(next: () throws -> [[Int32]]?, deliver: (Embeddings) throws -> Void) async throws {
        let encoder = encoder
        // One batch for each worker, one more that is ready when a worker is done, one that is being delivered.
        let window = encoder.workerCount + 2
        try await withThrowingTaskGroup(of: (number: Int, vectors: Embeddings).self) { group in
            var entered = 0
            var delivered = 0
            var waiting: [Int: Embeddings] = [:]
            var isExhausted = false
            while true {
                while !isExhausted, entered - delivered < window {
                    guard let batch = try next() else {
                        isExhausted = true
                        break
                    }
                    let number = entered
                    entered += 1
                    group.addTask { (number, try await encoder.encode(batch)) }
                }
                guard let result = try await group.next() else { return }
                waiting[result.number] = result.vectors
                while let vectors = waiting.removeValue(forKey: delivered) {
                    try deliver(vectors)
                    delivered += 1
                }
            }
        }
    }
}
