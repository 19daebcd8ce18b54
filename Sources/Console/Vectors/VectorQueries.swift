import NumPy
package import Search
package import Shards
package import SystemPackage

/// Reads queries from a NumPy file of vectors, each named by the number of its row.
package actor VectorQueries: QuerySource {
    private let file: VectorFile
    private let columnCount: Int
    private let rowCount: Int
    /// The next row.
    private var row = 0

    /// Maps a file and reads its header.
    ///
    /// - Throws: `PlatformError` when it cannot be mapped, `ConsoleError` when it is not a NumPy file of embeddings.
    package init(_ path: FilePath) throws {
        let file = try VectorFile(path)
        (columnCount, rowCount) = (file.matrix.columnCount, file.matrix.rowCount)
        self.file = file
    }

    /// Refuses vectors that cannot be compared with those of an index.
    ///
    /// - Parameter snapshot: the index to search.
    /// - Throws: `ConsoleError`.
    package func check(against snapshot: Snapshot) throws {
        let dimension = snapshot.manifest.identity.dimension
        guard columnCount == dimension else {
            throw ConsoleError(
                .input,
                "\(file.name): its rows have \(columnCount) values, but the vectors of the index have \(dimension); encode the queries "
                    + "with the model of the index, such as with 'vectorspool encode'")
        }
    }

    /// The next queries.
    ///
    /// - Throws: `ConsoleError` with the file's name for values that are no numbers, and for an array of another type.
    package func next(atMost count: Int, waiting: Bool) throws -> [Query]? {
        guard row < rowCount else { return nil }
        let rows = row..<min(row + count, rowCount)
        let values = try file.floats(rows: rows)
        var queries: [Query] = []
        for number in rows {
            let vector = Array(
                values[(number - rows.lowerBound) * columnCount..<(number - rows.lowerBound + 1) * columnCount])
            if let place = vector.firstIndex(where: { !$0.isFinite }) {
                // The rows before it are answered first.
                guard queries.isEmpty else { break }
                throw ConsoleError(
                    .input,
                    "\(file.name): row \(number), dimension \(place) is NaN or infinite: nothing can be compared with it; encode "
                        + "that query again, or leave it out")
            }
            queries.append(Query(id: "\(number)", vector: QueryVector(vector)))
        }
        row += queries.count
        return queries
    }
}
