package import Platform
package import SystemPackage

/// A mapped shard: codes are scanned in place, text and tables are decoded on request.
///
/// Opening verifies the header and the index and checks every offset, but reads no section, so thousands of shards open
/// quickly. Copies share the mapping. A damaged file causes errors, never a crash; it must not be truncated while it is
/// mapped.
package struct ShardReader: Sendable {
    /// The path, for messages.
    package let path: FilePath
    package let header: ShardHeader
    /// XXH64 of the index, which covers everything else.
    package let checksum: UInt64
    /// How the codes are divided into blocks.
    package let codes: BlockLayout
    /// How the sign plane is divided into blocks; nil without one.
    package let signs: BlockLayout?

    /// The terms of the rows; nil for a shard without them.
    package let terms: ShardTerms?
    /// The columns of the documents; nil for a shard without them.
    package let columns: ShardColumns?

    let file: SharedMapping
    let index: ShardIndex
    private let codeRows: [UInt8]
    private let signRows: [UInt8]

    /// Maps the shard `name` in a directory.
    ///
    /// `decodesCodes` says whether to decompress compressed codes now. Without it only the tables and text of such a
    /// shard can be read; other shards are not affected. Throws `ShardsError` naming the file, the section and the
    /// offset.
    package init(_ name: FilePath, in directory: OpenDirectory, decodesCodes: Bool = true) throws(ShardsError) {
        let path = directory.place(of: name)
        let file: SharedMapping
        do throws(PlatformError) {
            let descriptor = try directory.openFile(name)
            file = SharedMapping(try MappedFile(descriptor), reading: descriptor)
        } catch {
            throw ShardsError(error, path: path)
        }
        let (header, headerChecksum) = try ShardHeader.parse(file.bytes, path: path)
        let place = try SeekTable.locateIndex(file.bytes, path: path)
        let (index, checksum) = try ShardIndex.parse(
            file.bytes.extracting(place), path: path, at: place.lowerBound)
        try index.check(
            header: header, checksum: headerChecksum,
            indexOffset: place.lowerBound - ShardFormat.skippableHeaderByteCount, size: file.byteCount, path: path)
        self.file = file
        self.path = path
        self.header = header
        self.index = index
        self.checksum = checksum
        codes = BlockLayout(rowCount: header.rowCount, bytesPerRow: header.bytesPerRow)
        signs = index.section(.signPlane).map { _ in
            BlockLayout(rowCount: header.rowCount, bytesPerRow: (header.dimension + 7) / 8)
        }
        terms = try index.section(.terms).map { section throws(ShardsError) in
            try ShardTerms(section, of: file, rowCount: header.rowCount, path: path)
        }
        columns = try index.section(.columns).map { section throws(ShardsError) in
            try ShardColumns(
                section, of: file, documentCount: header.documentCount, rowCount: header.rowCount, path: path)
        }
        codeRows = decodesCodes ? try Self.decodedRows(.codes, index: index, file: file.bytes, path: path) : []
        signRows = decodesCodes ? try Self.decodedRows(.signPlane, index: index, file: file.bytes, path: path) : []
    }

    /// The rows in the file, dead ones included.
    package var rowCount: Int { header.rowCount }
    /// The documents in the file, dead ones included.
    package var documentCount: Int { header.documentCount }
    /// The size of the file in bytes.
    package var byteCount: Int { file.byteCount }

    /// The size of the passages' text before compression; shared text counts once.
    package var textByteCount: Int { index.section(.text)?.decodedByteCount ?? 0 }

    /// The rows of a block of a plane that the shard has, one after another.
    ///
    /// `block` is below the `blockCount` of the plane's layout. The signs are `ubinary` codes, and a block has more rows of them.
    @_lifetime(borrow self)
    package func block(_ block: Int, of plane: RowPlane) -> RawSpan {
        guard let layout = layout(of: plane) else { preconditionFailure("\(path): a shard without a sign plane") }
        if let range = mappedRange(ofBlock: block, of: plane == .codes ? .codes : .signPlane, layout) {
            return file.bytes.extracting(range)
        }
        if plane == .codes { return codeRows.rawSpan.extracting(layout.decodedRange(ofBlock: block)) }
        return signRows.rawSpan.extracting(layout.decodedRange(ofBlock: block))
    }

    /// The bytes of blocks of a plane in the file; nil where they were decoded.
    private func mappedRange(ofBlocks blocks: Range<Int>, of plane: RowPlane) -> Range<Int>? {
        let kind: ShardSection.Kind = plane == .codes ? .codes : .signPlane
        guard let layout = layout(of: plane), let last = blocks.last,
            let start = mappedRange(ofBlock: blocks.lowerBound, of: kind, layout),
            let end = mappedRange(ofBlock: last, of: kind, layout)
        else { return nil }
        return start.lowerBound..<end.upperBound
    }

    /// Reads the rows of blocks of a plane, to be scanned once, into a buffer that is used again; see `SharedMapping.read`.
    ///
    /// - Parameters:
    ///   - blocks: the blocks.
    ///   - plane: the plane, which the shard has.
    ///   - bytes: the buffer.
    /// - Returns: where the rows of each block are in it; nil where they have to be read from the mapping.
    package func read(_ blocks: Range<Int>, of plane: RowPlane, into bytes: inout [UInt8]) -> [Range<Int>]? {
        guard let all = mappedRange(ofBlocks: blocks, of: plane), file.read(all, into: &bytes) else { return nil }
        return blocks.compactMap { block in
            mappedRange(ofBlocks: block..<block + 1, of: plane).map {
                $0.lowerBound - all.lowerBound..<$0.upperBound - all.lowerBound
            }
        }
    }

    /// How a plane is divided into blocks; nil where the shard does not have it.
    package func layout(of plane: RowPlane) -> BlockLayout? {
        switch plane {
        case .codes: codes
        case .signs: signs
        }
    }

    /// The codes of one row.
    @_lifetime(borrow self)
    package func code(ofRow row: Int) -> RawSpan {
        let start = codeOffset(ofRow: row)
        return codeBytes.extracting(start..<start + codes.bytesPerRow)
    }

    /// The bytes among which the codes of all rows lie: the mapped file, or what was decoded.
    package var codeBytes: RawSpan {
        @_lifetime(borrow self)
        get {
            if index.section(.codes)?.framing == .rawBlocks { return file.bytes }
            return codeRows.rawSpan
        }
    }

    /// Where a row's codes begin in `codeBytes`.
    package func codeOffset(ofRow row: Int) -> Int {
        guard let block = mappedRange(ofBlock: row / codes.rowsPerBlock, of: .codes, codes) else {
            return row * codes.bytesPerRow
        }
        return block.lowerBound + row % codes.rowsPerBlock * codes.bytesPerRow
    }

    /// The position of a block in the file; nil when the block was decoded.
    private func mappedRange(
        ofBlock block: Int, of kind: ShardSection.Kind, _ layout: BlockLayout
    ) -> Range<Int>? {
        precondition((0..<layout.blockCount).contains(block), "block \(block) of \(layout.blockCount)")
        guard let section = index.section(kind), section.framing == .rawBlocks else { return nil }
        let start = section.first + block * section.step
        return start..<start + layout.byteCount(ofBlock: block)
    }

    private static func decodedRows(
        _ kind: ShardSection.Kind, index: ShardIndex, file: RawSpan, path: FilePath
    ) throws(ShardsError) -> [UInt8] {
        guard let section = index.section(kind), section.framing == .compressedFrames else { return [] }
        var decoder = try FrameDecoder(path: path)
        var rows: [UInt8] = []
        rows.reserveCapacity(section.decodedByteCount)
        for frame in index.frames(of: section) { rows += try decoder.decode(frame, of: section, in: file) }
        return rows
    }
}
