import Identity
import Indexing
import Logging
import Quantization
import Shards

/// A new index gets its ranges from the first passages that come, where none were given.
extension CommitStage {
    /// Makes ranges of all that waits for them, creates the index, and takes what has waited.
    mutating func calibrate() async throws {
        let model = context.model.identity
        var calibrator = try RangesCalibrator(dimension: model.dimension)
        var spread = CosineSpread(dimension: model.dimension)
        for encoded in uncalibrated {
            var row = 0
            for (place, item) in encoded.piece.items.enumerated() {
                guard case .passages(let passages) = item else { continue }
                let rows = row * model.dimension..<(row + passages.count) * model.dimension
                row += passages.count
                guard encoded.refusals[place] == nil else { continue }
                // A document that cannot be used for it is refused when it is quantized.
                let vectors = Array(encoded.vectors[rows])
                guard (try? calibrator.add(rows: vectors.span)) != nil else { continue }
                spread.add(rows: vectors.span)
            }
        }
        let margin = context.options.indexing.calibrationMargin
        let ranges = try calibrator.ranges(margin: margin)
        let weight = model.isDefault ? nil : spread.lexicalWeight
        let origin = "calibrated by the daemon from the first passages"
        try await context.gate.retrying("creating the index") {
            try context.index.create(
                IndexRanges(
                    ranges, origin: origin, passages: calibrator.count, margin: margin, lexicalWeight: weight,
                    model: model))
        }
        context.board.note { $0.calibratingPassages = nil }
        let advice =
            calibrator.count < 1000
            ? "; fewer than 1,000 fit later texts badly, so better give ranges made with 'vectorspool calibrate'" : ""
        let made = RangesOrigin(origin: origin, passages: calibrator.count, margin: margin)
        context.logger.notice("a new index, and its ranges are frozen: \(made.summary)\(advice)")
        let pieces = uncalibrated
        uncalibrated = []
        uncalibratedRows = 0
        for piece in pieces { try await take(piece) }
    }
}
