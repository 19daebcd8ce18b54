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
            var old = try PassageFrames(source.reader)
            var oldDocument = -1
            while let frame = try old.next() {
                guard goesOn() else { return false }
                for place in frame.rows where source.newRow(of: place) != nil {
                    let offset = (place - frame.rows.lowerBound) * PassageRecord.byteCount
                    let bytes = frame.records.rawSpan
                    let number = Int(bytes.littleEndian(UInt32.self, at: offset) ?? 0)
                    if number != oldDocument {
                        oldDocument = number
                        document += 1
                    }
                    PassageRecord.append(bytes, at: offset, document: document, text: places[row], to: &records)
                    row += 1
                    guard row % ShardFormat.passagesPerFrame == 0 || row == rowCount else { continue }
                    let first = row - records.count / PassageRecord.byteCount
                    try file.write { file throws(PlatformError) in try file.writeFrame(records, firstRecord: first) }
                    records.removeAll(keepingCapacity: true)
                }
            }
            old.release()
        }
        let count = rowCount
        try file.write { file throws(PlatformError) in
            file.endFrames(.passages, recordCount: count, recordsPerFrame: ShardFormat.passagesPerFrame)
        }
        return true
    }
}
