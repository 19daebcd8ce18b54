import Platform

/// Why text could not be turned into vectors.
///
/// The message says what is wrong and what to do about it; `path` names the file at fault.
package struct EncodingError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// A file of the model folder is missing or cannot be read.
        case missingFile
        /// A file of the model folder does not hold what its format asks for.
        case malformed
        /// The model uses something that is not implemented: a module, an activation, a position scheme, an element type.
        case unsupported
        /// The processor cannot do what the configuration asks of it.
        case unavailable
        /// The system refused for now: no memory, no thread, no descriptor, a failing disk.
        case system
        /// The input text or array cannot be taken.
        case input
        /// The encoder was shut down before it got to the text.
        case closed
    }

    package let code: Code
    /// The file at fault, where there is one.
    package let path: String?
    package let message: String

    package init(_ code: Code, path: String? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// A file of the model folder that cannot be read: missing or closed to us, or, of code `.system`, not readable for now.
    init(reading path: String, _ cause: PlatformError, advice: String) {
        let isLasting = cause.isAbsence || cause.isOthersDoing
        switch cause.code {
        case .system where isLasting: self.init(.missingFile, path: path, "\(cause.withoutPath); \(advice)")
        case .system, .busy: self.init(.system, path: path, "it cannot be read for now: \(cause.withoutPath)")
        case .tooLarge, .corrupt: self.init(.malformed, path: path, "\(cause.withoutPath); \(advice)")
        }
    }

    package var description: String {
        path.map { "\($0): \(message)" } ?? message
    }
}
