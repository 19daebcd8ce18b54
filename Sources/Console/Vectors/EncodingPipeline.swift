import Encoding
import Platform

/// Keeps the encoder busy with a few batches at a time and takes their vectors in the order of the input.
///
/// While workers compute, the caller's thread reads and tokenizes what comes next; the number of batches in flight bounds the
/// memory, whatever the size of the input.
struct EncodingPipeline {
    /// Sequences that are handed over together.
    struct Batch: Sendable {
        /// Enough that handing over costs nothing beside computing.
        private static let fullTokens = 4096

        private(set) var sequences: [[Int32]] = []
        private(set) var tokens = 0
        private(set) var truncated = 0

        var isFull: Bool { tokens >= Self.fullTokens }

        mutating func append(_ ids: [Int32], isTruncated: Bool) {
            sequences.append(ids)
            tokens += ids.count
            truncated += isTruncated ? 1 : 0
        }
    }

    let encoder: SentenceEncoder

    /// Runs until `fill` adds nothing more and all vectors are delivered.
    ///
    /// `fill` adds sequences until the batch is full or there are no more. `deliver` takes the vectors of a batch in
    /// the order of the input, and a report. Throws the errors of `fill`, `deliver` and `SentenceEncoder.encode`.
    func run(
        fill: (inout Batch) throws -> Void, deliver: (Embeddings, EncodingReport) throws -> Void
    ) async throws -> EncodingReport {
        let encoder = encoder
        let start = CurrentProcess.monotonicSeconds
        // One batch for each worker, one more that is ready when a worker is done, one that is being delivered.
        let window = encoder.workerCount + 2
        return try await withThrowingTaskGroup(of: (number: Int, batch: Batch, vectors: Embeddings).self) { group in
            var report = EncodingReport()
            var entered = 0
            var delivered = 0
            var waiting: [Int: (batch: Batch, vectors: Embeddings)] = [:]
            var isExhausted = false
            while true {
                while !isExhausted, entered - delivered < window {
                    var filling = Batch()
                    try fill(&filling)
                    let (number, batch) = (entered, filling)
                    isExhausted = batch.sequences.isEmpty
                    guard !isExhausted else { break }
                    entered += 1
                    group.addTask { (number, batch, try await encoder.encode(batch.sequences)) }
                }
                guard let result = try await group.next() else { return report }
                waiting[result.number] = (result.batch, result.vectors)
                while let (batch, vectors) = waiting.removeValue(forKey: delivered) {
                    delivered += 1
                    report.add(batch, seconds: CurrentProcess.monotonicSeconds - start)
                    try deliver(vectors, report)
                }
            }
        }
    }
}

extension EncodingReport {
    fileprivate mutating func add(_ batch: EncodingPipeline.Batch, seconds: Double) {
        texts += batch.sequences.count
        tokens += batch.tokens
        truncatedTexts += batch.truncated
        self.seconds = seconds
    }
}
