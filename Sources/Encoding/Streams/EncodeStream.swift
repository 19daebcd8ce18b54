import Platform
package import Quantization

/// Encodes a stream of texts into a NumPy file: one text, one row.
package struct EncodeStream {
    private let pipeline: EncodingPipeline
    private let tokenizer: WordPieceTokenizer
    private let maximumLength: Int

    /// Encodes with a running encoder and the tokenizer of the same model.
    package init(encoder: SentenceEncoder, tokenizer: WordPieceTokenizer) {
        pipeline = EncodingPipeline(encoder: encoder)
        self.tokenizer = tokenizer
        maximumLength = encoder.model.folder.configuration.maximumLength
    }

    /// Reads `source` to its end and writes the vectors, quantized.
    ///
    /// - Parameters:
    ///   - quantizer: makes the rows; it counts clipped values meanwhile.
    ///   - progress: is told what has been done after each batch.
    /// - Throws: `EncodingError` for a text that cannot be taken, with its line; `PlatformError` when reading or writing fails.
    package func run(
        _ source: inout TextSource, into writer: consuming NumPyWriter, quantizer: inout Quantizer,
        progress: (EncodingReport) -> Void
    ) async throws -> EncodingReport {
        let start = CurrentProcess.monotonicSeconds
        var report = EncodingReport()
        var entered = EncodingReport()
        try await pipeline.run {
            var batch: [[Int32]] = []
            var tokens = 0
            while tokens < EncodingPipeline.batchTokens, let text = try source.next() {
                let sequence = tokenizer.sequence(text, maximumLength: maximumLength)
                tokens += sequence.ids.count
                entered.truncatedTexts += sequence.isTruncated ? 1 : 0
                batch.append(sequence.ids)
            }
            entered.tokens += tokens
            return batch.isEmpty ? nil : batch
        } deliver: { vectors in
            var rows: [UInt8] = []
            try quantizer.append(rows: vectors.values.span, to: &rows)
            try writer.append(rows)
            report.texts += vectors.count
            report.tokens = entered.tokens
            report.truncatedTexts = entered.truncatedTexts
            report.seconds = CurrentProcess.monotonicSeconds - start
            progress(report)
        }
        report.seconds = CurrentProcess.monotonicSeconds - start
        try writer.finish(rows: report.texts)
        return report
    }
}
