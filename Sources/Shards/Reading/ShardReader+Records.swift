import Platform

extension ShardReader {
    /// Calls `body` for the record of every document in order.
    ///
    /// As `forEachDocument`, without the fields that a catalog has no use for.
    func forEachRecord(_ body: (borrowing RecordView) -> Void) throws(ShardsError) {
        let section = try requiredSection(.documents)
        var decoder = try FrameDecoder(path: path)
        var number = 0
        var nextRow = 0
        for frame in index.frames(of: section) {
            let records = try decoder.decode(frame, of: section, in: file.bytes)
            let bytes = records.rawSpan
            var parser = FieldParser(bytes, path: path, section: section.name, at: frame.offset)
            var isOrdered = frame.firstRecord == number
            while isOrdered, !parser.isAtEnd {
                let places = try DocumentRecord.locate(&parser)
                isOrdered = places.rows.lowerBound == nextRow && places.rows.upperBound <= rowCount
                nextRow = places.rows.upperBound
                if isOrdered { body(RecordView(bytes, places)) }
                number += 1
            }
            guard isOrdered else {
                throw ShardsError(
                    .corrupt, path: path, section: section.name, offset: frame.offset,
                    "the rows of document \(number - 1) do not follow those before")
            }
        }
        guard number == documentCount, nextRow == rowCount else {
            throw ShardsError(
                .corrupt, path: path, section: section.name, offset: section.offset,
                "\(number) documents with \(nextRow) rows, not \(documentCount) with \(rowCount)")
        }
    }
}
