/// Where queries come from, some at a time.
package protocol QuerySource: Actor {
    /// The next queries.
    ///
    /// - Parameters:
    ///   - count: the most of them.
    ///   - waiting: whether to wait for the first; the others are those that are there at once.
    /// - Returns: at least one; none where they would have to be waited for; nil at the end.
    /// - Throws: what is wrong with the next query, when those before it were returned.
    func next(atMost count: Int, waiting: Bool) throws -> [Query]?
}

/// Queries that are all known.
package actor QueryList: QuerySource {
    private var rest: ArraySlice<Query>

    package init(_ queries: [Query]) { rest = queries[...] }

    package func next(atMost count: Int, waiting: Bool) -> [Query]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
