import Platform

/// Why the pipeline gives up.
///
/// Faults of one document are not errors but `DocumentFault`s: they end in `failed/`, and the pipeline goes on.
package struct IngestError: ExitCoded, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The work was given up before it was done: the system stayed at fault, or somebody asked to stop.
        case interrupted
        /// What somebody asked for cannot be done.
        case refused
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
        case .interrupted: ExitStatus.busy
        case .refused: ExitStatus.badData
        }
    }
}
