package import Text

/// Which documents may be found: those that meet all conditions.
package struct RowFilter: Sendable, Equatable {
    /// Globs for the document's path below the inbox; nil for any path.
    package var paths: PathGlobs?
    /// Conditions on the metadata.
    package var predicates: [MetadataPredicate]
    /// When the document's file was last modified, in nanoseconds since 1970; nil for any time.
    package var modified: Range<Int64>?
    /// The names of documents, of which it must have one; none for any name.
    ///
    /// A name is a path, which means all documents of that file, or a path, `#` and an id, as hits print it.
    package var documents: [String]

    package init(
        paths: PathGlobs? = nil, predicates: [MetadataPredicate] = [], modified: Range<Int64>? = nil,
        documents: [String] = []
    ) {
        self.paths = paths
        self.predicates = predicates
        self.modified = modified
        self.documents = documents
    }

    /// Whether every document may be found.
    package var isEmpty: Bool { self == RowFilter() }
}
