import Identity
import Quantization
import Shards

/// A ranked row with what it says and where it stands.
struct RankedPassage: Sendable {
    var hit: SearchHit
    /// The row in the snapshot.
    let row: Int
    /// The rows of its document in the snapshot.
    let documentRows: Range<Int>
}

extension Snapshot {
    /// Reads the passages of ranked rows, a list for each of `queries`.
    ///
    /// The rows of all queries are read together in index order, so each frame of a shard is decoded once; a cache keeps them for rows
    /// that are read later.
    ///
    /// - Throws: `ShardsError` when text or tables of a shard are damaged.
    func passages(
        _ rows: [[RankedRow]], for queries: [String], _ cache: FrameCache? = nil
    ) throws(ShardsError) -> [[RankedPassage]] {
        var places: [(row: Int, query: Int, rank: Int)] = []
        for (query, ranked) in rows.enumerated() {
            for (rank, row) in ranked.enumerated() { places.append((Int(row.row), query, rank)) }
        }
        places.sort { $0.row < $1.row }
        var found: [[RankedPassage?]] = rows.map { Array(repeating: nil, count: $0.count) }
        var next = places.startIndex
        while next < places.endIndex {
            let shard = shards[locate(row: places[next].row).shard]
            let end = shard.firstRow + shard.reader.rowCount
            var reader = try RowReader(shard.reader, cache: cache)
            while next < places.endIndex, places[next].row < end {
                let (_, query, rank) = places[next]
                found[query][rank] = try RankedPassage(
                    rows[query][rank], firstRow: shard.firstRow, rank: rank + 1, of: queries[query], &reader)
                next += 1
            }
        }
        return found.map { $0.compactMap(\.self) }
    }
}

extension RankedPassage {
    /// Reads a ranked row of a shard whose rows begin at `firstRow` of the snapshot.
    fileprivate init(
        _ ranked: RankedRow, firstRow: Int, rank: Int, of query: String, _ reader: inout RowReader
    ) throws(ShardsError) {
        row = Int(ranked.row)
        let passage = try reader.passage(ofRow: row - firstRow)
        let stored = try reader.document(passage.document)
        let document = stored.document
        documentRows = firstRow + stored.rows.lowerBound..<firstRow + stored.rows.upperBound
        hit = SearchHit(
            query: query, rank: rank, score: ranked.score, document: document.identifier.displayName,
            passage: passage.ordinal, bytes: passage.byteRange, lines: passage.lineRange,
            text: String(decoding: try reader.text(of: passage), as: UTF8.self), metadata: document.metadata ?? "",
            file: SearchHit.DroppedFile(
                path: document.path, modified: document.modified, size: ClaimName(document.claim)?.size,
                digest: document.item == nil ? document.content : nil,
                item: document.item.map { _ in
                    SearchHit.DroppedFile.Item(byteCount: document.size, digest: document.content)
                }))
        hit.rows = SearchHit.Rows(row: row, document: documentRows)
    }
}
