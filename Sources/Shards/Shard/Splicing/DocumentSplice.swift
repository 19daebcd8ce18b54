import Platform

/// The documents that a splice takes: those whose first row is taken, since rows are taken by whole documents.
struct DocumentSplice {
    private let sources: [SplicedRows]
    private let prefix: [UInt8]
    /// How many documents are taken.
    let count: Int

    /// Counts the documents.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    init(_ sources: [SplicedRows], below prefix: [UInt8]) throws(ShardsError) {
        self.sources = sources
        self.prefix = prefix
        var count = 0
        for source in sources {
            guard source.kept != nil else {
                count += source.reader.documentCount
                continue
            }
            try source.reader.forEachRecord { if source.newRow(of: $0.rows.lowerBound) != nil { count += 1 } }
        }
        self.count = count
    }

    /// Writes section 5, and adds the documents to the columns.
    ///
    /// - Throws: `ShardsError`: `.corrupt`, `.system`.
    func write(to file: inout SpliceFile, columns: inout ColumnsBuilder) throws(ShardsError) {
        var content: [UInt8] = []
        var (first, number) = (0, 0)
        try file.write { file throws(PlatformError) in file.beginFrames() }
        for source in sources {
            let section = try source.reader.requiredSection(.documents)
            var decoder = try FrameDecoder(path: source.reader.path)
            for frame in source.reader.index.frames(of: section) {
                let old = try decoder.decode(frame, of: section, in: source.reader.file.bytes)
                var parser = FieldParser(old.rawSpan, path: source.reader.path, section: section.name, at: frame.offset)
                while !parser.isAtEnd {
                    let start = parser.offset
                    let places = try DocumentRecord.locate(&parser)
                    guard places.rows.upperBound <= source.reader.rowCount else {
                        throw parser.corrupt("a document has rows that are not in the shard", at: start)
                    }
                    guard let row = source.newRow(of: places.rows.lowerBound) else { continue }
                    let size = parser.offset - start + prefix.count
                    if !content.isEmpty, content.count + size > ShardFormat.targetFrameByteCount {
                        try close(&content, first, to: &file, &columns)
                        first = number
                    }
                    DocumentRecord.append(old[start..<parser.offset], firstRow: row, below: prefix, to: &content)
                    number += 1
                }
            }
        }
        try close(&content, first, to: &file, &columns)
        let count = count
        try file.write { file throws(PlatformError) in
            file.endFrames(.documents, recordCount: count, recordsPerFrame: 0)
        }
    }

    private func close(
        _ content: inout [UInt8], _ first: Int, to file: inout SpliceFile, _ columns: inout ColumnsBuilder
    ) throws(ShardsError) {
        let frame = content
        try file.write { file throws(PlatformError) in try file.writeFrame(frame, firstRecord: first) }
        columns.append(records: frame)
        content.removeAll(keepingCapacity: true)
    }
}
