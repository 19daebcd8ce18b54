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

    /// Encodes passages to the last one.
    ///
    /// - Parameters:
    ///   - next: the model's input for the next passage; nil after the last.
    ///   - progress: is told what has been done after each batch.
    /// - Throws: what `next` throws, `QuantizationError` for a vector that is not finite.
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
