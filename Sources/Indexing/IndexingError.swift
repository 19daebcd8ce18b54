import Platform

/// Why documents cannot be turned into rows of the index.
package struct IndexingError: ExitCoded, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// The ranges, or something else that the configuration names, cannot be used.
        case configuration
        /// The index, the model and the ranges do not belong together.
        case mismatch
        /// The index cannot be written, or not yet.
        case cannotWrite
        /// A file of the index does not hold what it should.
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

    package var exitCode: Int32 {
        switch code {
        case .configuration: ExitStatus.configuration
        case .mismatch: ExitStatus.configuration
        case .cannotWrite: ExitStatus.cannotWrite
        case .badData: ExitStatus.badData
        }
    }
}
