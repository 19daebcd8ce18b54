import Platform

/// Why the folders of a spool cannot be used.
package struct SpoolError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// Another process holds the spool.
        case busy
        /// A folder cannot be written.
        case cannotWrite
        /// The folders are placed so that files cannot move between them.
        case configuration
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
        switch code {
        case .busy: ExitStatus.busy
        case .cannotWrite: ExitStatus.cannotWrite
        case .configuration: ExitStatus.configuration
        }
    }
}
