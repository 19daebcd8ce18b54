import Platform

/// Why texts cannot be read from a file that a tool was given.
///
/// Faults of dropped documents are not errors but `DocumentFault`s.
package struct DocumentsError: ExitCoded, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The file does not hold what it should.
        case input
    }

    package let code: Code
    /// What happened, to which file, and what to do.
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }

    package var exitCode: Int32 {
        ExitStatus.badData
    }
}
