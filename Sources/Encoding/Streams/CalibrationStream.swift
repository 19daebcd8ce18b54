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
        try await pipeline.run { batch in
            while !batch.isFull, let passage = try source.next() {
                batch.append(passage.tokens, isTruncated: passage.isTruncated)
            }
        } deliver: { vectors, report in
            try calibrator.add(rows: vectors.values.span)
            progress(report)
        }
    }
}
