/// Which part of a ranking is shown.
package struct HitPage: Sendable, Equatable {
    /// The hits, or the documents where hits are grouped, at most.
    package var limit: Int
    /// The hits, or documents, before the first that is shown.
    package var offset: Int
    /// The most hits of a document; 0 for no limit.
    ///
    /// Nil is the usual number, but no limit for a query that names documents: who names them wants all that they have to say.
    package var perDocument: Int?
    /// Whether the passages of a document are shown together, in the place of the best.
    package var groupsByDocument: Bool

    /// Three passages show what a document has to say, and leave room for others.
    package static let defaultPerDocument = 3

    package init(
        limit: Int = 10, offset: Int = 0, perDocument: Int? = nil, groupsByDocument: Bool = false
    ) {
        self.limit = limit
        self.offset = offset
        self.perDocument = perDocument
        self.groupsByDocument = groupsByDocument
    }

    /// The page for a query that names documents or does not, with a limit of hits.
    func limited(namesDocuments: Bool) -> HitPage {
        var page = self
        page.perDocument = perDocument ?? (namesDocuments && !groupsByDocument ? 0 : Self.defaultPerDocument)
        return page
    }

    /// The hits up to the last that is shown, for an index of so many rows.
    func end(ofRows count: Int) -> Int { min(limit, count) + min(offset, count) }
}
