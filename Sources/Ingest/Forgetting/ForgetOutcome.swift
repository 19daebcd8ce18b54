package import SystemPackage

/// What `Forgetting` has done with an order.
package struct ForgetOutcome: Sendable {
    /// Documents of the index that died, and their rows.
    package var documents = 0
    package var passages = 0
    /// Files that lie in `replaced/` now, and files that were removed.
    package var movedFiles = 0
    package var deletedFiles = 0
    /// Files of the inbox that may not be moved, in full; they stay there, forgotten until they change.
    package var left: [FilePath] = []

    package init() {}

    mutating func add(died: (documents: Int, rows: Int)) {
        documents += died.documents
        passages += died.rows
    }
}
