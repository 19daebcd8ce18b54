import NumPy
import Platform
package import Quantization
package import SystemPackage

/// Quantizes a NumPy file of embeddings into another, byte for byte as sentence-transformers' `quantize_embeddings` does.
package struct VectorsToCodes {
    private let precision: Precision
    private let ranges: Ranges?

    /// What a file of embeddings came to.
    package struct Report: Sendable, Equatable {
        package let rows: Int
        package let dimension: Int
        /// The shape of the result.
        package let shape: String
        package let bytes: Int
        /// The share of values outside the ranges.
        package let clippedShare: Double
        /// Whether the ranges were taken from the embeddings themselves.
        package let isSelfCalibrated: Bool
    }

    /// Prepares to quantize; without `ranges` it uses minima and maxima of the embeddings themselves, like
    /// sentence-transformers.
    ///
    /// Codes of two files made without ranges cannot be compared.
    package init(_ precision: Precision, ranges: Ranges?) {
        self.precision = precision
        self.ranges = ranges
    }

    /// Reads all of `input`, which is mapped, and writes the codes.
    ///
    /// - Throws: `ConsoleError` for embeddings that have no codes, `QuantizationError` where ranges cannot be computed,
    ///   `PlatformError` when reading or writing fails.
    package func run(
        _ input: borrowing VectorFile, to path: FilePath, progress: (_ rows: Int) -> Void
    ) throws -> Report {
        let matrix = input.matrix
        var ranges = ranges
        // An array without rows gives one without rows, whatever the precision.
        if ranges == nil, precision.needsRanges, matrix.rowCount > 0 {
            var calibrator = try RangesCalibrator(dimension: matrix.columnCount)
            try input.calibrate(&calibrator)
            ranges = try calibrator.ranges()
        }
        let header = matrix.quantizedHeader(precision)
        let output = try PendingFile(path)
        try output.write(header.serialized().rawSpan)
        var clippedShare = 0.0
        var written = 0
        if matrix.rowCount > 0 {
            var quantizer = try Quantizer(precision: precision, dimension: matrix.columnCount, ranges: ranges)
            try input.forEachBlock { rows, bytes in
                var codes: [UInt8] = []
                try quantizer.append(rows: rows, of: matrix, in: bytes, to: &codes)
                try output.write(codes.rawSpan)
                written += codes.count
                progress(rows.upperBound)
            }
            clippedShare = quantizer.clippedShare
        }
        try output.publish()
        return Report(
            rows: matrix.rowCount, dimension: matrix.columnCount, shape: header.shapeText, bytes: written,
            clippedShare: clippedShare, isSelfCalibrated: self.ranges == nil && precision.needsRanges)
    }
}
