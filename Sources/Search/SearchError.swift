/// Why a query could not be answered.
package struct SearchError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// Model, encoder files or ranges are not those that the index was made with.
        case mismatch
        /// The query cannot be taken: a wrong count, a vector of another dimension.
        case query
    }

    package let code: Code
    /// The file or folder at fault, where there is one.
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
