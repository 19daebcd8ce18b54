import Encoding
import Platform

/// Texts that go to the encoder together.
struct TextBatch: Sendable {
    /// Enough that handing over costs nothing beside computing.
    private static let fullTokens = 4096

    private var sequences: [[Int32]] = []
    private var tokens = 0
    private var truncated = 0

    /// Encodes all texts that `next` gives, batch by batch.
    ///
    /// - Parameters:
    ///   - pool: the running workers.
    ///   - next: gives the model's input for the next text; nil after the last.
    ///   - deliver: takes the vectors of a batch, in the order of the input, and the report so far.
    /// - Returns: the report of the whole.
    /// - Throws: what the closures throw, and what `EncoderPool.encode` throws.
    static func encodeAll(
        with pool: EncoderPool, _ next: () throws -> (tokens: [Int32], isTruncated: Bool)?,
        deliver: (Embeddings, EncodingReport) throws -> Void
    ) async throws -> EncodingReport {
        let start = CurrentProcess.monotonicSeconds
        var report = EncodingReport()
        // One batch for each worker, one more that is ready when a worker is done, one that is being delivered.
        try await OrderedEncoding.pump(window: pool.workerCount + 2) {
            try TextBatch(next)
        } encode: { batch in
            (batch: batch, vectors: try await pool.encode(batch.sequences))
        } deliver: { encoded in
            report.texts += encoded.batch.sequences.count
            report.tokens += encoded.batch.tokens
            report.truncatedTexts += encoded.batch.truncated
            report.seconds = CurrentProcess.monotonicSeconds - start
            try deliver(encoded.vectors, report)
        }
        return report
    }

    /// Gathers texts until there are enough of them; nil when there is none.
    private init?(_ next: () throws -> (tokens: [Int32], isTruncated: Bool)?) throws {
        while tokens < Self.fullTokens, let text = try next() {
            sequences.append(text.tokens)
            tokens += text.tokens.count
            truncated += text.isTruncated ? 1 : 0
        }
        if sequences.isEmpty { return nil }
    }
}
