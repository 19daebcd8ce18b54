import Platform

/// Why the configuration cannot be used.
package struct SettingsError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// A key, a value or a file is wrong.
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
        ExitStatus.configuration
    }
}
