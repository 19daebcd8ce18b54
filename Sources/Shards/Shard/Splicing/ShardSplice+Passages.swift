import Platform

extension ShardSplice {
    /// Writes section 4: the records of the rows with new numbers of documents and new places of text.
    func writePassages(
        to file: inout SpliceFile, _ places: [TextPlace], _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        var records: [UInt8] = []
        var row = 0
        var document = -1
        try file.write { file throws(PlatformError) in file.beginFrames() }
        for source in sources {
            var reader = try RowReader(source.reader)
            var oldDocument = -1
            for old in 0..<source.reader.rowCount where source.newRow(of: old) != nil {
                let passage = try reader.passage(ofRow: old)
                if passage.document != oldDocument {
                    oldDocument = passage.document
                    document += 1
                }
                let offset = Int(places[row].offset)
                PassageRecord.append(
                    StoredPassage(
                        document: document, ordinal: passage.ordinal, byteRange: passage.byteRange,
                        lineRange: passage.lineRange, tokenCount: passage.tokenCount, isTruncated: passage.isTruncated,
                        textFrame: Int(places[row].frame), textRange: offset..<offset + passage.textRange.count),
                    to: &records)
                row += 1
                guard row % ShardFormat.passagesPerFrame == 0 || row == rowCount else { continue }
                guard goesOn() else { return false }
                let first = row - records.count / PassageRecord.byteCount
                try file.write { file throws(PlatformError) in try file.writeFrame(records, firstRecord: first) }
                records.removeAll(keepingCapacity: true)
            }
            let section = try source.reader.requiredSection(.passages)
            source.reader.file.release(section.offset..<section.end)
        }
        let count = rowCount
        try file.write { file throws(PlatformError) in
            file.endFrames(.passages, recordCount: count, recordsPerFrame: ShardFormat.passagesPerFrame)
        }
        return true
    }
}
