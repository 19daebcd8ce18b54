/// Why the bytes of a NumPy file cannot be read.
///
/// This module reads no files, so an error carries no path: whoever read the bytes adds it.
package struct NumPyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    package enum Code: Equatable, Sendable {
        /// The bytes are not a whole NumPy file.
        case damaged
        /// The file is of a kind that is not read here.
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
