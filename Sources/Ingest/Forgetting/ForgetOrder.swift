package import Identity
package import SystemPackage

/// What is to be forgotten, document by document.
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

/// What was forgotten.
package struct ForgetOutcome: Sendable {
    /// Documents of the index that died, and their rows.
    package var documents = 0
    package var passages = 0
    /// Files that lie in `replaced/` now, and files that were removed.
    package var movedFiles = 0
    package var deletedFiles = 0
    /// Files of the inbox that may not be moved, in full.
    package var left: [FilePath] = []

    package init() {}

    mutating func add(died: (documents: Int, rows: Int)) {
        documents += died.documents
        passages += died.rows
    }
}
