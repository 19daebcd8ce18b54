/// Sentence vectors, one a row, in the order in which the texts were given.
package struct Embeddings: Sendable, Equatable {
    /// `count * dimension` floats, row after row.
    package var values: [Float]
    /// Floats in a row.
    package let dimension: Int

    package init(values: [Float], dimension: Int) {
        self.values = values
        self.dimension = dimension
    }

    /// Rows.
    package var count: Int { dimension == 0 ? 0 : values.count / dimension }

    /// One row.
    package subscript(row: Int) -> ArraySlice<Float> {
        values[row * dimension..<(row + 1) * dimension]
    }
}
