package import Identity

/// What is to be forgotten, document by document: what a selection hands to `Forgetting`.
package struct ForgetOrder: Sendable, Equatable {
    package var documents: [DocumentIdentifier]
    /// Whether originals are removed instead of kept in `replaced/`.
    package var isDeleting: Bool
    /// Whether those are left out whose original is in `done/` after all.
    package var isOfMissing: Bool

    package init(_ documents: [DocumentIdentifier], isDeleting: Bool = false, isOfMissing: Bool = false) {
        self.documents = documents
        self.isDeleting = isDeleting
        self.isOfMissing = isOfMissing
    }
}
