package import Documents
package import Encoding
package import Quantization

/// Encodes a stream of texts into a NumPy file: one text, one row.
package struct EncodeStream {
    private let pipeline: EncodingPipeline
    private let text: TextEncoder

    /// Encodes with a running model.
    package init(_ text: TextEncoder) {
        pipeline = EncodingPipeline(encoder: text.encoder)
        self.text = text
    }

    /// Reads `source` to its end and writes the vectors, quantized.
    ///
    /// The `quantizer` makes the rows and counts clipped values; `progress` is called after each batch. Throws
    /// `DocumentsError` for a text that cannot be taken, with its line; `PlatformError` when reading or writing fails.
    package func run(
        _ source: inout TextSource, into writer: consuming NumPyWriter, quantizer: inout Quantizer,
        progress: (EncodingReport) -> Void
    ) async throws -> EncodingReport {
        let report = try await pipeline.run { batch in
            while !batch.isFull, let bytes = try source.next() {
                let sequence = text.sequence(bytes)
                batch.append(sequence.ids, isTruncated: sequence.isTruncated)
            }
        } deliver: { vectors, report in
            var rows: [UInt8] = []
            try quantizer.append(rows: vectors.values.span, to: &rows)
            try writer.append(rows)
            progress(report)
        }
        try writer.finish(rows: report.texts)
        return report
    }
}

/// What a stream of texts came to, so far or in all.
package struct EncodingReport: Sendable, Equatable {
    /// Texts encoded, one vector each.
    package var texts = 0
    /// Ids that the model computed, `[CLS]` and `[SEP]` of each text included.
    package var tokens = 0
    /// Texts of which only the beginning was encoded, because the model takes no more.
    package var truncatedTexts = 0
    /// Seconds from the first text to the last vector; loading the model is not counted.
    package var seconds = 0.0

    package init() {}

    /// The throughput.
    package var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}
