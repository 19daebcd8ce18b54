/// Why a query could not be answered.
package struct SearchError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// A file of queries does not hold what it should.
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
