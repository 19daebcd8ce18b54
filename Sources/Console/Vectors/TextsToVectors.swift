package import Documents
package import Encoding
package import Quantization

/// Encodes a stream of texts into a NumPy file: one text, one row.
package struct TextsToVectors {
    private let model: RunningModel
    private let prompt: String

    /// Encodes with a running model, behind a prompt; nil for the default of the model's folder.
    package init(_ model: RunningModel, prompt: String? = nil) {
        self.model = model
        self.prompt = prompt ?? model.model.folder.prompts.text
    }

    /// Reads `source` to its end and writes the vectors, quantized.
    ///
    /// - Parameters:
    ///   - source: the texts.
    ///   - writer: receives one row for each text.
    ///   - quantizer: makes the rows; it counts clipped values meanwhile.
    ///   - progress: is told the report so far after each batch.
    /// - Returns: the report of the whole.
    /// - Throws: `DocumentsError` for a text that cannot be encoded, with its line; `PlatformError` when reading or writing
    ///   fails.
    package func run(
        _ source: inout TextSource, into writer: consuming NumPyWriter, quantizer: inout Quantizer,
        progress: (EncodingReport) -> Void
    ) async throws -> EncodingReport {
        let report = try await TextBatch.encodeAll(with: model.pool) {
            guard let text = try source.next() else { return nil }
            let sequence = model.sequence(text, prompt: prompt)
            return (sequence.ids, sequence.isTruncated)
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
