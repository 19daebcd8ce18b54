import Platform

/// Why the daemon cannot start or continue.
package struct DaemonError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// A file or folder of the configuration cannot be used.
        case configuration
        /// A directory cannot be written.
        case cannotWrite
        /// A stop was requested during the start.
        case interrupted
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
        case .configuration: ExitStatus.configuration
        case .cannotWrite: ExitStatus.cannotWrite
        case .interrupted: ExitStatus.busy
        }
    }
}
