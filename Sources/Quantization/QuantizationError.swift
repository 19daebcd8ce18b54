import NumPy

/// Why embeddings, ranges or a NumPy file cannot be used.
///
/// This module reads no files, so an error has no path; the code that read the bytes adds it.
package struct QuantizationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of problem.
    package enum Code: Equatable, Sendable {
        /// An embedding holds a NaN, or an infinity where a finite number is needed.
        case notANumber
        /// Embeddings, ranges or query differ in dimension, or the dimension is 0 or too large.
        case dimensionMismatch
        /// Ranges are reversed, not finite, or too wide.
        case invalidRanges
        /// The precision needs ranges and there are none.
        case missingRanges
        /// There are too few embeddings to compute ranges from.
        case tooFewEmbeddings
        /// The margin is negative or not finite.
        case invalidMargin
        /// The bytes are not a whole NumPy file.
        case damagedArray
        /// The NumPy file is of an unsupported kind.
        case unsupportedArray
    }

    /// The kind of problem.
    package let code: Code
    /// What happened and what to do, as one line.
    package let message: String
    /// The faulty row, counted from the first row that the quantizer or calibrator received.
    package let row: Int?
    /// The faulty dimension.
    package let dimension: Int?

    init(_ code: Code, _ message: String, row: Int? = nil, dimension: Int? = nil) {
        self.code = code
        self.message = message
        self.row = row
        self.dimension = dimension
    }

    package var description: String {
        message
    }

    /// Calls `body` and converts a NumPy error into an error of this module.
    static func of<Result: ~Copyable>(
        _ body: () throws(NumPyError) -> Result
    ) throws(QuantizationError) -> Result {
        do throws(NumPyError) {
            return try body()
        } catch {
            switch error.code {
            case .damaged: throw QuantizationError(.damagedArray, error.message)
            case .unsupported: throw QuantizationError(.unsupportedArray, error.message)
            }
        }
    }

    static func notANumber(row: Int, dimension: Int) -> QuantizationError {
        QuantizationError(
            .notANumber,
            "row \(row), dimension \(dimension) is NaN: it has no code. Remove the row or encode it again",
            row: row, dimension: dimension)
    }

    static func notFinite(row: Int, dimension: Int) -> QuantizationError {
        QuantizationError(
            .notANumber,
            "row \(row), dimension \(dimension) is NaN or infinite: ranges need finite values. "
                + "Remove the row or encode it again",
            row: row, dimension: dimension)
    }

    static func partialRow(values: Int, dimension: Int) -> QuantizationError {
        QuantizationError(.dimensionMismatch, "\(values) values are not whole rows of dimension \(dimension)")
    }

    static func dimension(_ subject: String, is found: Int, expected: Int, by judge: String) -> QuantizationError {
        QuantizationError(
            .dimensionMismatch,
            "\(subject): dimension \(found), but \(judge) \(expected). Use the pair that belongs together")
    }
}
