/// What was found for a query.
package struct QueryAnswer: Sendable, Equatable {
    package let query: Query
    /// Best first.
    package let hits: [SearchHit]
    /// Whether the model takes only the beginning of the query.
    package let isTruncated: Bool
}
