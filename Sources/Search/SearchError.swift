/// Why a query could not be answered.
package struct SearchError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// A file of queries has the wrong contents.
        case query
        /// A filter cannot be read.
        case filter
    }

    package let code: Code
    /// The faulty file or folder, if any.
    package let path: String?
    package let message: String

    package init(_ code: Code, path: String? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    package var description: String {
        path.map { "\($0): \(message)" } ?? message
    }
}
