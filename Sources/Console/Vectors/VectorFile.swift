package import NumPy
import Platform
package import Quantization
package import SystemPackage

/// A NumPy file of embeddings, mapped and read a few rows at a time.
package struct VectorFile: ~Copyable {
    /// Bytes of a block of rows: it stays in the cache between reading and use.
    private static let blockBytes = 1 << 20

    private let file: MappedFile
    /// Shape and element type.
    package let matrix: NumPyMatrix

    /// Maps a file and reads its header.
    ///
    /// - Throws: `PlatformError` when it cannot be mapped, `ConsoleError` when it is not a NumPy file of embeddings.
    package init(_ path: FilePath) throws {
        let file = try MappedFile(path)
        let matrix = try Self.naming(path) { () throws(NumPyError) in try NumPyMatrix(file: file.bytes) }
        file.adviseSequentialUse()
        self.file = file
        self.matrix = matrix
    }

    /// Calls `body` with ranges of rows from first to last, each of about a megabyte.
    ///
    /// - Throws: `ConsoleError` with the file's name for what is wrong with its rows, and what else `body` throws.
    package borrowing func forEachBlock(
        _ body: (Range<Int>, borrowing RawSpan) throws -> Void
    ) throws {
        let bytesPerRow = max(matrix.columnCount * matrix.header.element.byteCount, 1)
        let step = max(Self.blockBytes / bytesPerRow, 1)
        var row = 0
        while row < matrix.rowCount {
            let next = min(row + step, matrix.rowCount)
            do {
                try body(row..<next, file.bytes)
            } catch let error where error is QuantizationError || error is NumPyError {
                throw ConsoleError(.input, "\(file.path): \(error)")
            }
            row = next
        }
    }

    /// The values of rows, one row after another.
    ///
    /// - Throws: `ConsoleError` with the file's name for an array of another type.
    package borrowing func floats(rows: Range<Int>) throws -> [Float] {
        let matrix = matrix
        do {
            return try file.withBytes { bytes throws(NumPyError) in try matrix.floats(rows: rows, of: bytes) }
        } catch {
            throw ConsoleError(.input, "\(file.path.displayName): \(error)")
        }
    }

    /// The file's name, as messages have it.
    package var name: String { file.path.displayName }

    /// Adds all rows to a calibrator.
    package borrowing func calibrate(_ calibrator: inout RangesCalibrator) throws {
        let matrix = matrix
        try forEachBlock { rows, bytes in
            let values = try matrix.floats(rows: rows, of: bytes)
            try calibrator.add(rows: values.span)
        }
    }

    private static func naming<Result>(
        _ path: FilePath, _ body: () throws(NumPyError) -> Result
    ) throws(ConsoleError) -> Result {
        do throws(NumPyError) {
            return try body()
        } catch {
            throw ConsoleError(.input, "\(path.displayName): \(error)")
        }
    }
}
