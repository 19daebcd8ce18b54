/// Rows that go through the products together, so that what lies between two products is still in the second-level cache.
struct Tile {
    /// The tile's first row.
    let first: Int
    /// Its rows.
    let count: Int
    /// The rows of the product that holds it: products are compiled for a fixed number of rows.
    let bucket: Int

    /// Products are compiled for multiples of this.
    private static let step = 16

    /// Calls `body` with the tiles of `rows` rows.
    ///
    /// - Parameter limit: rows of a full tile, a multiple of 16.
    static func forEach(
        of rows: Int, limit: Int, _ body: (Tile) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        for first in stride(from: 0, to: rows, by: limit) {
            let count = min(limit, rows - first)
            try body(Tile(first: first, count: count, bucket: (count + step - 1) / step * step))
        }
    }
}
