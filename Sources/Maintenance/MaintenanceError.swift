package import SystemPackage

/// Why an index cannot be joined, copied or mended.
package struct MaintenanceError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// Indexes of different models, ranges or precisions, which cannot be one.
        case mismatch
        /// Documents of one name and different contents.
        case conflict
        /// The target is not what it has to be.
        case target
    }

    package let code: Code
    /// The index concerned.
    package let path: FilePath
    /// What happened and what to do.
    package let message: String
    /// The error below it, if any.
    package let cause: (any Error)?

    package init(_ code: Code, path: FilePath, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.cause = cause
    }

    package var description: String { message }
}
