import Platform
import SystemPackage

/// Why the state of a daemon cannot be shown.
package struct InspectionError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// There is no status.
        case missingInput
        /// The status is damaged.
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

    /// Whether this user may not read what is there.
    package var isClosed: Bool { (cause as? PlatformError)?.cause == .permissionDenied }

    package var description: String { message }

    package var exitCode: Int32 {
        switch code {
        case .missingInput: ExitStatus.missingInput
        case .badData: ExitStatus.badData
        }
    }
}
