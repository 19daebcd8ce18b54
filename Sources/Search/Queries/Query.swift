/// What to search for: a text, or a vector.
package struct Query: Sendable, Equatable {
    /// Its name where it is one of many, or no text; nil for a query on the command line.
    package let id: String?
    /// What somebody typed; empty for a vector.
    package let text: String
    /// What is searched with in place of the text's vector.
    package let vector: QueryVector?

    package init(id: String? = nil, text: String) {
        self.id = id
        self.text = text
        vector = nil
    }

    package init(id: String, vector: QueryVector) {
        self.id = id
        text = ""
        self.vector = vector
    }

    /// The name that hits use: the id, else the text.
    package var label: String { id ?? text }
}

/// A vector that is searched with as it is.
///
/// It is not normalized, as nothing is in sentence-transformers' `dot_score`: its length multiplies every score and changes no ranking.
package struct QueryVector: Sendable, Equatable {
    /// A value for each dimension of the index.
    package let values: [Float]
    /// Rows of the snapshot that are no hits, in ranges.
    package let excludedRows: [Range<Int>]

    package init(_ values: [Float], excluding rows: [Range<Int>] = []) {
        self.values = values
        excludedRows = rows
    }
}
