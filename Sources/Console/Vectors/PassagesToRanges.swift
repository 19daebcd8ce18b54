package import Encoding
package import Quantization

/// Encodes passages for the sake of the extremes of their vectors: the ranges of an index to be.
package struct PassagesToRanges {
    /// With fewer passages the extremes are still moving much; the daemon and the command line warn.
    package static let advisedPassages = 1000

    private let pool: EncoderPool

    /// Encodes with a running encoder.
    package init(pool: EncoderPool) {
        self.pool = pool
    }

    /// Encodes all passages.
    ///
    /// `next` returns the model's input for the next passage, and nil after the last; `progress` is called after each
    /// batch. Throws the errors of `next`, and `QuantizationError` for a vector that is not finite.
    package func run(
        into calibrator: inout RangesCalibrator, _ next: () throws -> (tokens: [Int32], isTruncated: Bool)?,
        progress: (EncodingReport) -> Void
    ) async throws -> EncodingReport {
        try await TextBatch.encodeAll(with: pool, next) { vectors, report in
            try calibrator.add(rows: vectors.values.span)
            progress(report)
        }
    }
}
