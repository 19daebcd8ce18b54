import Platform

/// Why text could not be converted into vectors.
///
/// The message says what is wrong and what to do; `path` names the faulty file.
package struct EncodingError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// A file of the model folder is missing or cannot be read.
        case missingFile
        /// A file of the model folder does not follow its format.
        case malformed
        /// The model uses something that is not implemented: a module, an activation, a position scheme, an element type.
        case unsupported
        /// The processor lacks what the configuration needs.
        case unavailable
        /// The system refused for now: no memory, no thread, no descriptor, a failing disk.
        case system
        /// The input text or array is not acceptable.
        case input
        /// The encoder was shut down before it reached the text.
        case closed
    }

    package let code: Code
    /// The faulty file, if any.
    package let path: String?
    package let message: String

    package init(_ code: Code, path: String? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// A file of the model folder that cannot be read: missing or forbidden, or, with code `.system`, unreadable for
    /// now.
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
