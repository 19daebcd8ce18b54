/// The answer to a query.
package struct QueryAnswer: Sendable, Equatable {
    package let query: Query
    /// The passages, best first.
    package let hits: [SearchHit]
    /// Whether the model reads only the beginning of the query.
    package let isTruncated: Bool
    /// The conditions of the query, as people type them.
    package let conditions: [String]
    /// The names in its conditions that mean no document.
    package let unknownDocuments: [String]
    /// What it was ranked by; nil where nobody asked.
    package let explanation: QueryExplanation?
}
