import Platform
import SystemPackage

/// Writes the parts of a shard to a descriptor in order, and records offsets, checksums and the seek table.
struct ShardFileWriter: ~Copyable {
    private let descriptor: OwnedDescriptor
    private var buffer: [UInt8] = []
    private var compressor: ZstandardCompressor
    private var seekTable = SeekTable()
    private var sectionChecksum = XXH64()
    private(set) var sections: [ShardSection] = []
    private(set) var frames: [ShardFrame] = []
    /// The start of the section of compressed frames that is being written.
    private var section = (start: 0, firstFrame: 0, decodedByteCount: 0)
    /// The number of bytes so far.
    private(set) var offset = 0

    private static let bufferByteCount = 1 << 20

    /// Writes to an empty file that is open for writing.
    init(_ descriptor: consuming OwnedDescriptor, level: Int) throws(PlatformError) {
        self.descriptor = descriptor
        compressor = try ZstandardCompressor(level: level)
    }

    /// Writes F0 and S0.
    mutating func writeHeader(_ header: ShardHeader) throws(PlatformError) {
        try write(ShardFormat.emptyFrame)
        seekTable.append(emptyFrame: ShardFormat.emptyFrame.count)
        try writeSkippable(ShardFormat.headerMagic, header.serialized())
    }

    /// Writes a section of raw blocks, given the rows of each block of the layout.
    mutating func writeBlocks(
        _ kind: ShardSection.Kind, _ blocks: [[UInt8]], layout: BlockLayout
    ) throws(PlatformError) {
        let start = offset
        sectionChecksum = XXH64()
        for (block, rows) in blocks.enumerated() {
            let pad = block == 0 ? BlockLayout.firstPadByteCount(at: start) : layout.padByteCount
            try writeSkippable(
                ShardFormat.padMagic, Array(repeating: 0, count: pad - ShardFormat.skippableHeaderByteCount))
            try writeRawFrame(rows)
        }
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind.isOptional, framing: .rawBlocks,
                recordsPerBlock: layout.rowsPerBlock, recordCount: layout.rowCount, offset: start,
                byteCount: offset - start, decodedByteCount: layout.rowCount * layout.bytesPerRow,
                first: layout.firstContentOffset(at: start), step: layout.stride,
                checksum: sectionChecksum.finish()))
    }

    /// Writes a section whose content is mapped, with the checksums of its chunks.
    mutating func writeMapped(_ kind: ShardSection.Kind, _ content: [UInt8], recordCount: Int) throws(PlatformError) {
        let layout = MappedLayout(offset: offset, contentByteCount: content.count)
        let start = offset
        sectionChecksum = XXH64()
        let (before, after) = layout.frame(checksums: ChunkChecks.checksums(of: content.rawSpan))
        for part in [before, content, after] { try write(part) }
        seekTable.append(emptyFrame: layout.byteCount)
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind.isOptional, framing: .mapped, recordsPerBlock: 0,
                recordCount: recordCount, offset: start, byteCount: layout.byteCount, decodedByteCount: 0,
                first: layout.content.lowerBound, step: content.count, checksum: sectionChecksum.finish()))
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

    /// Writes a frame that is already compressed.
    mutating func writeFrame(_ frame: PackedFrame) throws(PlatformError) {
        frames.append(
            ShardFrame(
                offset: offset, byteCount: frame.bytes.count, decodedByteCount: frame.decodedByteCount,
                firstRecord: frame.firstRecord))
        seekTable.append(
            byteCount: frame.bytes.count, decodedByteCount: frame.decodedByteCount, checksum: frame.checksum)
        try write(frame.bytes)
        section.decodedByteCount += frame.decodedByteCount
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
        return (payload.rawSpan.littleEndian(at: payload.count - 8) ?? 0, offset)
    }

    /// Returns the descriptor of the complete file.
    consuming func takeDescriptor() -> OwnedDescriptor {
        descriptor
    }

    private mutating func writeRawFrame(_ content: [UInt8]) throws(PlatformError) {
        let checksum = UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan))
        try write(BlockLayout.frameHeader(contentByteCount: content.count))
        try write(content)
        var trailer: [UInt8] = []
        trailer.append(littleEndian: checksum)
        try write(trailer)
        seekTable.append(
            byteCount: content.count + BlockLayout.frameHeaderByteCount + BlockLayout.frameTrailerByteCount,
            decodedByteCount: content.count, checksum: checksum)
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

    private mutating func write(_ bytes: [UInt8]) throws(PlatformError) {
        sectionChecksum.update(bytes.rawSpan)
        buffer += bytes
        offset += bytes.count
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    private mutating func flush() throws(PlatformError) {
        try descriptor.write(buffer.rawSpan)
        buffer.removeAll(keepingCapacity: true)
    }
}
