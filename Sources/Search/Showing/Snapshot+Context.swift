import Shards

extension Snapshot {
    /// Adds the lines around the sentence of each hit, from the passages before and after it in the document.
    ///
    /// The hits are read in the order of the index, so that neighbours share the frames that are decoded.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func addContext(_ count: Int, to hits: inout [SearchHit], _ frames: FrameCache) throws(ShardsError) {
        let order = hits.indices.sorted { (hits[$0].rows?.row ?? 0) < (hits[$1].rows?.row ?? 0) }
        var next = order.startIndex
        while next < order.endIndex {
            guard let rows = hits[order[next]].rows else {
                next += 1
                continue
            }
            let shard = shards[locate(row: rows.row).shard]
            let end = shard.firstRow + shard.reader.rowCount
            var reader = try RowReader(shard.reader, cache: frames)
            while next < order.endIndex, let rows = hits[order[next]].rows, rows.row < end {
                hits[order[next]].context = try hits[order[next]].context(
                    count, rows, firstRow: shard.firstRow, &reader)
                next += 1
            }
        }
    }
}

extension SearchHit {
    /// Some lines before and after the sentence.
    fileprivate func context(
        _ count: Int, _ rows: Rows, firstRow: Int, _ reader: inout RowReader
    ) throws(ShardsError) -> DocumentText? {
        let first = line(ofByte: excerpt.sentence.lowerBound)
        let last = line(ofByte: excerpt.sentence.upperBound)
        let wanted = max(first - min(count, first), 1)...last + min(count, Int(Int32.max))
        let document = rows.document.lowerBound - firstRow..<rows.document.upperBound - firstRow
        var read = rows.row - firstRow..<rows.row - firstRow + 1
        while read.lowerBound > document.lowerBound,
            try reader.passage(ofRow: read.lowerBound).lineRange.lowerBound > wanted.lowerBound
        {
            read = read.lowerBound - 1..<read.upperBound
        }
        while read.upperBound < document.upperBound,
            try reader.passage(ofRow: read.upperBound - 1).lineRange.upperBound < wanted.upperBound
        {
            read = read.lowerBound..<read.upperBound + 1
        }
        return try reader.documentText(ofRows: read).part(in: wanted)
    }
}
