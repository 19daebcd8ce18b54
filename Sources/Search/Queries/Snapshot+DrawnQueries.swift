import Platform
package import Quantization
package import Shards

extension Snapshot {
    /// Queries for passages that are like some of the index, one each, from its first shard to its last.
    ///
    /// - Parameter count: the most of them.
    /// - Returns: the queries, named by the numbers of their rows.
    /// - Throws: `QuantizationError` for an index whose ranges do not fit.
    package func queries(likeSome count: Int) throws(QuantizationError) -> [Query] {
        let identity = manifest.identity
        let dequantizer = try Dequantizer(identity.precision, dimension: identity.dimension, ranges: ranges)
        let step = max(rowCount / max(count, 1), 1)
        var queries: [Query] = []
        for row in stride(from: 0, to: rowCount, by: step).prefix(count) {
            let place = locate(row: row)
            let shard = shards[place.shard]
            guard shard.isLive(place.row) else { continue }
            let reader = shard.reader
            let code = reader.code(ofRow: place.row)
            let values = dequantizer.values(of: code.copiedBytes(0..<code.byteCount)).map { Float($0) }
            queries.append(Query(id: "\(row)", vector: QueryVector(values, excluding: [row..<row + 1])))
        }
        return queries
    }
}
