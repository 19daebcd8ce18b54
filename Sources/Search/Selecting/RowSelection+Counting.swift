package import Shards

/// How many passages answer, and of how many documents.
package struct SelectedCount: Sendable, Equatable {
    package var passages = 0
    package var documents = 0

    package init(passages: Int = 0, documents: Int = 0) {
        self.passages = passages
        self.documents = documents
    }
}

extension RowSelection {
    /// Counts the live rows of a snapshot that are selected, and their documents.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func count(in snapshot: Snapshot) throws(ShardsError) -> SelectedCount {
        var count = SelectedCount()
        for (number, shard) in snapshot.shards.enumerated() where shard.listed.liveRows > 0 {
            let bounds = try shard.reader.documentBounds()
            for document in 0..<bounds.count - 1 {
                let rows = bounds[document]..<bounds[document + 1]
                guard containsAny(of: rows, inShard: number) else { continue }
                let found = rows.count { contains($0, inShard: number) && shard.isLive($0) }
                count.passages += found
                count.documents += found > 0 ? 1 : 0
            }
        }
        return count
    }
}

extension ShardReader {
    /// The first row of each document, and after the last the number of rows.
    fileprivate func documentBounds() throws(ShardsError) -> [Int] {
        if let columns { return try columns.rowBounds() }
        var bounds: [Int] = []
        try forEachDocument { _, stored in bounds.append(stored.rows.lowerBound) }
        return bounds + [rowCount]
    }
}
