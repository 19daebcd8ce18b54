package import Identity
import Platform

/// What is to be forgotten, document by document: what a selection hands to `Forgetting`.
package struct ForgetOrder: Sendable, Equatable {
    package var documents: [DocumentIdentifier]
    /// Whether originals are removed instead of kept in `replaced/`.
    package var isDeleting: Bool
    /// Whether those are left out whose original is in `done/` after all.
    package var isOfMissing: Bool
    /// When somebody asked for it, by the clock of files: what was dropped then or later is not meant.
    package var made: Int64
    /// Tells the wish from any other, also after a restart.
    package var wish: String

    /// Makes an order.
    package init(
        _ documents: [DocumentIdentifier], isDeleting: Bool = false, isOfMissing: Bool = false, made: Int64,
        wish: String = String(UInt64.random(in: .min ... .max), radix: 36)
    ) {
        self.wish = wish
        self.made = made
        self.documents = documents
        self.isDeleting = isDeleting
        self.isOfMissing = isOfMissing
    }
}
