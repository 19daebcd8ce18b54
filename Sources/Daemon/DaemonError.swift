import Platform

/// Why the daemon cannot start or go on.
package struct DaemonError: ExitCoded, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// Something that the configuration names cannot be used.
        case configuration
        /// A directory cannot be written.
        case cannotWrite
        /// Somebody asked to stop before the start was over.
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
