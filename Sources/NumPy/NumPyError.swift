/// Why the bytes of a NumPy file cannot be read.
///
/// This module reads no files, so an error has no path; the code that read the bytes adds it.
package struct NumPyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of problem.
    package enum Code: Equatable, Sendable {
        /// The bytes are not a whole NumPy file.
        case damaged
        /// The file is of an unsupported kind.
        case unsupported
    }

    package let code: Code
    /// What happened and what to do, as one line.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
