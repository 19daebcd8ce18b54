import Platform

/// Why a tool cannot read texts from a file.
///
/// Faults of dropped documents are `DocumentFault`s instead.
package struct DocumentsError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// The file has the wrong contents.
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
