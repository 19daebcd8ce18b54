import Platform

/// Writes a plane of the rows that a splice takes, divided into new blocks.
struct RowSplice {
    private let plane: RowPlane
    private let layout: BlockLayout
    private let blockByteCount: Int
    /// The rows of the block that is not full.
    private var block: [UInt8] = []
    /// The rows of a block of a source.
    private var buffer: [UInt8] = []

    init(_ plane: RowPlane, rowCount: Int, bytesPerRow: Int) {
        self.plane = plane
        layout = BlockLayout(rowCount: rowCount, bytesPerRow: bytesPerRow)
        blockByteCount = layout.rowsPerBlock * bytesPerRow
        block.reserveCapacity(blockByteCount)
    }

    /// Writes the section; false where the work was ended.
    ///
    /// - Throws: `ShardsError` of code `.system`.
    mutating func write(
        _ sources: [SplicedRows], to file: inout SpliceFile, _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        try file.write { file throws(PlatformError) in file.beginBlocks() }
        for source in sources {
            for number in 0..<(source.reader.layout(of: plane)?.blockCount ?? 0) {
                guard goesOn() else { return false }
                try append(number, of: source, to: &file)
            }
        }
        if !block.isEmpty { try close(to: &file) }
        let (kind, layout): (ShardSection.Kind, BlockLayout) = (plane == .codes ? .codes : .signPlane, layout)
        try file.write { file throws(PlatformError) in file.endBlocks(kind, layout: layout) }
        return true
    }

    /// Adds the rows that are taken of a block of a source.
    private mutating func append(
        _ number: Int, of source: SplicedRows, to file: inout SpliceFile
    ) throws(ShardsError) {
        guard let rows = source.reader.layout(of: plane)?.rows(inBlock: number) else { return }
        var runs: [Range<Int>] = []
        source.forEachRun(of: rows) { runs.append($0) }
        guard !runs.isEmpty else { return }
        // Read, since mapped pages would count as memory in use until the splice ends.
        if source.reader.read(number..<number + 1, of: plane, into: &buffer) == nil {
            let reader = source.reader
            let rows = reader.block(number, of: plane)
            buffer.removeAll(keepingCapacity: true)
            buffer.append(rows, 0..<rows.byteCount)
        }
        for run in runs {
            var start = (run.lowerBound - rows.lowerBound) * layout.bytesPerRow
            let end = (run.upperBound - rows.lowerBound) * layout.bytesPerRow
            while start < end {
                let piece = start..<min(end, start + blockByteCount - block.count)
                block += buffer[piece]
                start = piece.upperBound
                if block.count == blockByteCount { try close(to: &file) }
            }
        }
    }

    private mutating func close(to file: inout SpliceFile) throws(ShardsError) {
        // Taken out, so that nothing shares it and its memory is used again.
        var full: [UInt8] = []
        swap(&full, &block)
        let layout = layout
        try file.write { file throws(PlatformError) in try file.writeBlock(full.rawSpan, layout: layout) }
        full.removeAll(keepingCapacity: true)
        block = full
    }
}
