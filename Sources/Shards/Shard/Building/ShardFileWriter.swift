import Platform
import SystemPackage

/// Writes the parts of a shard to a descriptor in order, and records offsets, checksums and the seek table.
struct ShardFileWriter: ~Copyable {
    private let descriptor: OwnedDescriptor
    /// Writes on a thread of its own where that is worth it.
    private let behind: WriteBehind
    private var buffer: [UInt8] = []
    private var compressor: ZstandardCompressor
    private var seekTable = SeekTable()
    private var sectionChecksum = XXH64()
    private(set) var sections: [ShardSection] = []
    private(set) var frames: [ShardFrame] = []
    /// The start of the section of blocks or frames that is being written.
    private var section = (start: 0, firstFrame: 0, decodedByteCount: 0)
    /// The mapped section that is being written.
    private var mapped: (layout: MappedLayout, sums: ChunkChecks.Sums)?
    /// The number of bytes so far.
    private(set) var offset = 0

    /// The bytes that the disk has been told of.
    private var begun = 0

    private static let bufferByteCount = 1 << 20
    /// The disk is told of so many bytes at a time.
    private static let writingByteCount = 8 << 20

    /// Writes to an empty file that is open for writing; a large one on a thread beside the caller's.
    init(_ descriptor: consuming OwnedDescriptor, level: Int, isLarge: Bool = false) throws(PlatformError) {
        let behind = try WriteBehind(descriptor, isOn: isLarge)
        let compressor = try ZstandardCompressor(level: level)
        self.behind = behind
        self.descriptor = descriptor
        self.compressor = compressor
    }

    /// Writes F0 and S0.
    mutating func writeHeader(_ header: ShardHeader) throws(PlatformError) {
        try write(ShardFormat.emptyFrame)
        seekTable.append(emptyFrame: ShardFormat.emptyFrame.count)
        try writeSkippable(ShardFormat.headerMagic, header.serialized())
    }

    /// Begins a section of raw blocks.
    mutating func beginBlocks() {
        section = (offset, 0, 0)
        sectionChecksum = XXH64()
    }

    /// Writes the rows of the next block of the layout.
    mutating func writeBlock(_ rows: borrowing RawSpan, layout: BlockLayout) throws(PlatformError) {
        let isFirst = offset == section.start
        let pad = isFirst ? BlockLayout.firstPadByteCount(at: offset) : layout.padByteCount
        try writeSkippable(
            ShardFormat.padMagic, Array(repeating: 0, count: pad - ShardFormat.skippableHeaderByteCount))
        try writeRawFrame(rows)
    }

    /// Ends a section of raw blocks.
    mutating func endBlocks(_ kind: ShardSection.Kind, layout: BlockLayout) {
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind.isOptional, framing: .rawBlocks,
                recordsPerBlock: layout.rowsPerBlock, recordCount: layout.rowCount, offset: section.start,
                byteCount: offset - section.start, decodedByteCount: layout.rowCount * layout.bytesPerRow,
                first: layout.firstContentOffset(at: section.start), step: layout.stride,
                checksum: sectionChecksum.finish()))
    }

    /// Writes a section whose content is mapped, with the checksums of its chunks.
    mutating func writeMapped(_ kind: ShardSection.Kind, _ content: [UInt8], recordCount: Int) throws(PlatformError) {
        try beginMapped(byteCount: content.count)
        try writeContent(content)
        try endMapped(kind, recordCount: recordCount)
    }

    /// Begins a section whose content is mapped and has so many bytes.
    mutating func beginMapped(byteCount: Int) throws(PlatformError) {
        let layout = MappedLayout(offset: offset, contentByteCount: byteCount)
        mapped = (layout, ChunkChecks.Sums())
        sectionChecksum = XXH64()
        try write(layout.start)
    }

    /// Writes the next bytes of the content.
    mutating func writeContent(_ bytes: [UInt8]) throws(PlatformError) {
        mapped?.sums.add(bytes.rawSpan)
        try write(bytes)
    }

    /// Ends a section whose content is mapped.
    mutating func endMapped(_ kind: ShardSection.Kind, recordCount: Int) throws(PlatformError) {
        guard let layout = mapped?.layout, let sums = mapped?.sums.finish() else { return }
        mapped = nil
        try write(layout.end(checksums: sums))
        seekTable.append(emptyFrame: layout.byteCount)
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind.isOptional, framing: .mapped, recordsPerBlock: 0,
                recordCount: recordCount, offset: layout.offset, byteCount: layout.byteCount, decodedByteCount: 0,
                first: layout.content.lowerBound, step: layout.content.count, checksum: sectionChecksum.finish()))
    }

    /// Begins a section of compressed frames.
    mutating func beginFrames() {
        section = (offset, frames.count, 0)
        sectionChecksum = XXH64()
    }

    /// Compresses the next frame of the section and writes it.
    mutating func writeFrame(_ content: [UInt8], firstRecord: Int) throws(PlatformError) {
        try writeFrame(try PackedFrame(content, firstRecord: firstRecord, with: &compressor))
    }

    /// Writes a frame of another shard as it is, given its bytes there.
    ///
    /// Its last four bytes are the checksum of its content (RFC 8878).
    mutating func writeFrame(
        copying bytes: borrowing RawSpan, decodedByteCount: Int, firstRecord: Int
    ) throws(PlatformError) {
        let checksum = bytes.littleEndian(UInt32.self, at: bytes.byteCount - 4) ?? 0
        try writeFrame(bytes, decodedByteCount: decodedByteCount, firstRecord: firstRecord, checksum: checksum)
    }

    /// Writes a frame that is already compressed.
    mutating func writeFrame(_ frame: PackedFrame) throws(PlatformError) {
        try writeFrame(
            frame.bytes.rawSpan, decodedByteCount: frame.decodedByteCount, firstRecord: frame.firstRecord,
            checksum: frame.checksum)
    }

    private mutating func writeFrame(
        _ bytes: borrowing RawSpan, decodedByteCount: Int, firstRecord: Int, checksum: UInt32
    ) throws(PlatformError) {
        frames.append(
            ShardFrame(
                offset: offset, byteCount: bytes.byteCount, decodedByteCount: decodedByteCount,
                firstRecord: firstRecord))
        seekTable.append(byteCount: bytes.byteCount, decodedByteCount: decodedByteCount, checksum: checksum)
        try write(bytes)
        section.decodedByteCount += decodedByteCount
    }

    /// Ends a section of compressed frames.
    mutating func endFrames(_ kind: ShardSection.Kind, recordCount: Int, recordsPerFrame: Int) {
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind.isOptional, framing: .compressedFrames,
                recordsPerBlock: recordsPerFrame, recordCount: recordCount, offset: section.start,
                byteCount: offset - section.start, decodedByteCount: section.decodedByteCount,
                first: section.firstFrame, step: frames.count - section.firstFrame,
                checksum: sectionChecksum.finish()))
    }

    /// Writes S1 and S2; returns S1's XXH64 and the size of the file in bytes.
    mutating func finish(headerChecksum: UInt64) throws(PlatformError) -> (checksum: UInt64, byteCount: Int) {
        let payloadByteCount = ShardIndex.payloadByteCount(sections: sections.count, frames: frames.count)
        let total =
            offset + ShardFormat.skippableHeaderByteCount + payloadByteCount + seekTable.byteCount(adding: 1)
        let payload = ShardIndex(
            headerChecksum: headerChecksum, fileByteCount: total, sections: sections, frames: frames
        ).serialized()
        try writeSkippable(ShardFormat.indexMagic, payload)
        try write(seekTable.serialized())
        try flush()
        try behind.finish()
        return (payload.rawSpan.littleEndian(at: payload.count - 8) ?? 0, offset)
    }

    /// Returns the descriptor of the complete file.
    consuming func takeDescriptor() -> OwnedDescriptor {
        descriptor
    }

    private mutating func writeRawFrame(_ content: borrowing RawSpan) throws(PlatformError) {
        let checksum = UInt32(truncatingIfNeeded: XXH64.digest(of: content))
        try write(BlockLayout.frameHeader(contentByteCount: content.byteCount))
        try write(content)
        var trailer: [UInt8] = []
        trailer.append(littleEndian: checksum)
        try write(trailer)
        seekTable.append(
            byteCount: content.byteCount + BlockLayout.frameHeaderByteCount + BlockLayout.frameTrailerByteCount,
            decodedByteCount: content.byteCount, checksum: checksum)
    }

    private mutating func writeSkippable(_ magic: UInt32, _ payload: [UInt8]) throws(PlatformError) {
        let frame = Self.skippable(magic, payload)
        try write(frame)
        seekTable.append(emptyFrame: frame.count)
    }

    /// Makes a whole skippable frame.
    static func skippable(_ magic: UInt32, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.append(littleEndian: magic)
        frame.append(littleEndian: UInt32(payload.count))
        return frame + payload
    }

    private mutating func write(_ bytes: [UInt8]) throws(PlatformError) { try write(bytes.rawSpan) }

    private mutating func write(_ bytes: borrowing RawSpan) throws(PlatformError) {
        sectionChecksum.update(bytes)
        buffer.append(bytes, 0..<bytes.byteCount)
        offset += bytes.byteCount
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    private mutating func flush() throws(PlatformError) {
        if behind.isOn {
            var full: [UInt8] = []
            swap(&full, &buffer)
            buffer.reserveCapacity(Self.bufferByteCount + ShardFormat.maximumBlockByteCount)
            try behind.write(full)
        } else {
            try descriptor.write(buffer.rawSpan)
            buffer.removeAll(keepingCapacity: true)
        }
        guard offset - begun >= Self.writingByteCount else { return }
        descriptor.beginWriting(begun..<offset)
        begun = offset
    }
}
