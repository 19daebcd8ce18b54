import Platform
package import Quantization

/// Encodes passages for the sake of the extremes of their vectors: the ranges of an index to be.
package struct CalibrationStream {
    /// With fewer passages the extremes are still moving much; the daemon and the command line warn.
    package static let advisedPassages = 1000

    private let pipeline: EncodingPipeline

    /// Encodes with a running encoder.
    package init(encoder: SentenceEncoder) {
        pipeline = EncodingPipeline(encoder: encoder)
    }

    /// Reads `source` to its end.
    ///
    /// - Parameter progress: is told what has been done after each batch.
    /// - Throws: what the source throws, `QuantizationError` for a vector that is not finite.
    package func run(
        _ source: inout PassageSource, into calibrator: inout RangesCalibrator, progress: (EncodingReport) -> Void
    ) async throws -> EncodingReport {
        let start = CurrentProcess.monotonicSeconds
        var report = EncodingReport()
        var entered = EncodingReport()
        try await pipeline.run {
            var batch: [[Int32]] = []
            var tokens = 0
            while tokens < EncodingPipeline.batchTokens, let passage = try source.next() {
                tokens += passage.tokens.count
                entered.truncatedTexts += passage.isTruncated ? 1 : 0
                batch.append(passage.tokens)
            }
            entered.tokens += tokens
            return batch.isEmpty ? nil : batch
        } deliver: { vectors in
            try calibrator.add(rows: vectors.values.span)
            report.texts += vectors.count
            report.tokens = entered.tokens
            report.truncatedTexts = entered.truncatedTexts
            report.seconds = CurrentProcess.monotonicSeconds - start
            progress(report)
        }
        report.seconds = CurrentProcess.monotonicSeconds - start
        return report
    }
}
