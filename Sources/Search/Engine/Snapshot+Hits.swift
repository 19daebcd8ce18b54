package import Quantization
package import Shards

extension Snapshot {
    /// Ranked rows with what a reader wants to know of them: document, place, text.
    ///
    /// - Parameters:
    ///   - rows: in the order of their ranks, as `SearchEngine.ranked` gives them.
    ///   - query: what the hits are shown to answer.
    /// - Throws: `ShardsError` when text or tables of a shard are damaged.
    package func hits(_ rows: [RankedRow], for query: String) throws(ShardsError) -> [SearchHit] {
        var hits: [SearchHit] = []
        hits.reserveCapacity(rows.count)
        for (index, ranked) in rows.enumerated() {
            let place = locate(row: Int(ranked.row))
            let reader = shards[place.shard].reader
            let passage = try reader.passage(ofRow: place.row)
            let document = try reader.document(passage.document).document
            hits.append(
                SearchHit(
                    query: query, rank: index + 1, score: ranked.score, document: document.identifier.displayName,
                    passage: passage.ordinal, bytes: passage.byteRange, lines: passage.lineRange,
                    text: String(decoding: try reader.text(of: passage), as: UTF8.self),
                    metadata: document.metadata ?? ""))
        }
        return hits
    }
}
