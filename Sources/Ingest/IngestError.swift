/// Why the daemon, or a command that looks into its spool, cannot go on.
///
/// Faults of one document are not errors but `DocumentFault`s: they end in `failed/`, and the daemon goes on.
package struct IngestError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; the exit code follows from it.
    package enum Code: Sendable, Hashable {
        /// The configuration, or something it names, is wrong.
        case configuration
        /// The index, model and ranges do not belong together.
        case mismatch
        /// Somebody else holds the spool.
        case busy
        /// A directory cannot be written.
        case cannotWrite
        /// A file that should be there is not.
        case missingInput
        /// The work was given up before it was done: the system stayed at fault, or somebody asked to stop.
        case interrupted
        /// A file does not hold what it should.
        case badData
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

    /// The exit code of `sysexits.h` that belongs to the failure.
    package var exitCode: Int32 {
        switch code {
        case .configuration, .mismatch: 78
        case .busy, .interrupted: 75
        case .cannotWrite: 73
        case .missingInput: 66
        case .badData: 65
        }
    }
}
