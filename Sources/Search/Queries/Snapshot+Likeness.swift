package import Identity
import Platform
import Quantization
package import Shards

extension Snapshot {
    /// The query for passages that are like those of a document, or of a part of it, as the index has them.
    ///
    /// It is the mean of what their codes stand for, of length 1. The document itself, all of it, is no hit. Where a name means several
    /// documents, such as a file of JSON Lines, they count as one.
    ///
    /// - Parameters:
    ///   - name: a name as `documents(named:)` takes it.
    ///   - label: the name that hits use for the query.
    /// - Returns: the query; nil for a name that means no document.
    /// - Throws: `ShardsError` of code `.corrupt`, `QuantizationError` for an index whose ranges do not fit.
    package func query(like name: DocumentName, label: String) throws -> Query? {
        let named = try passages(named: name)
        guard !named.isEmpty else { return nil }
        let identity = manifest.identity
        let dequantizer = try Dequantizer(identity.precision, dimension: identity.dimension, ranges: ranges)
        var sums = Array(repeating: 0.0, count: identity.dimension)
        for document in named {
            let reader = shards[document.shard].reader
            for row in document.rows {
                let code = reader.code(ofRow: row)
                let values = dequantizer.values(of: code.copiedBytes(0..<code.byteCount))
                for (place, value) in values.enumerated() { sums[place] += value }
            }
        }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let vector = sums.map { Float(length > 0 ? $0 / length : 0) }
        let rows = named.map { document in
            let (first, rows) = (shards[document.shard].firstRow, document.document.rows)
            return first + rows.lowerBound..<first + rows.upperBound
        }
        return Query(id: label, vector: QueryVector(vector, excluding: rows))
    }
}

extension QueryVector {
    /// The rows that may be found; nil for all.
    func rows(of snapshot: Snapshot, among selection: RowSelection?) -> RowSelection? {
        guard !excludedRows.isEmpty else { return selection }
        var rest = selection ?? RowSelection(shardCount: snapshot.shards.count)
        rest.subtract(RowSelection(excludedRows.joined(), of: snapshot), in: snapshot)
        return rest
    }
}
