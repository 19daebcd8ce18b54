/// What a commit has added to the documents of one file, and what it has taken from them.
package struct FileChange: Sendable, Hashable {
    /// Documents and their passages.
    package struct Count: Sendable, Hashable {
        package var documents = 0
        package var passages = 0

        package init(documents: Int = 0, passages: Int = 0) {
            self.documents = documents
            self.passages = passages
        }

        mutating func add(_ passages: Int, sign: Int = 1) {
            documents += sign
            self.passages += sign * passages
        }

        static func + (left: Count, right: Count) -> Count {
            Count(documents: left.documents + right.documents, passages: left.passages + right.passages)
        }
    }

    package var added = Count()
    package var removed = Count()

    package init(added: Count = Count(), removed: Count = Count()) {
        self.added = added
        self.removed = removed
    }

    /// The change of two commits together.
    package static func + (left: FileChange, right: FileChange) -> FileChange {
        FileChange(added: left.added + right.added, removed: left.removed + right.removed)
    }
}
