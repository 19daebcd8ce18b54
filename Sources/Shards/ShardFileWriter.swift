import Platform
import SystemPackage

/// Writes the parts of a shard to a descriptor one after another, keeping offsets, checksums and the seek table.
struct ShardFileWriter: ~Copyable {
    private let descriptor: OwnedDescriptor
    private let path: FilePath
    private var buffer: [UInt8] = []
    private var compressor: ZstandardCompressor
    private var seekTable = SeekTable()
    private var sectionChecksum = XXH64()
    private(set) var sections: [ShardSection] = []
    private(set) var frames: [ShardFrame] = []
    /// Bytes so far.
    private(set) var offset = 0

    private static let bufferByteCount = 1 << 20

    /// - Parameters:
    ///   - descriptor: of an empty file, open for writing.
    ///   - path: the name that the file will have, for messages.
    init(_ descriptor: consuming OwnedDescriptor, path: FilePath, level: Int) throws(ShardsError) {
        self.descriptor = descriptor
        self.path = path
        do throws(PlatformError) {
            compressor = try ZstandardCompressor(level: level)
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    /// F0 and S0.
    mutating func writeHeader(_ header: ShardHeader) throws(ShardsError) {
        try write(ShardFormat.emptyFrame)
        seekTable.append(emptyFrame: ShardFormat.emptyFrame.count)
        try writeSkippable(ShardFormat.headerMagic, header.serialized())
    }

    /// A section of raw blocks.
    mutating func writeBlocks(
        _ kind: ShardSection.Kind, rows: [UInt8], layout: BlockLayout
    ) throws(ShardsError) {
        let start = offset
        sectionChecksum = XXH64()
        for block in 0..<layout.blockCount {
            let pad = block == 0 ? BlockLayout.firstPadByteCount(at: start) : layout.padByteCount
            try writeSkippable(
                ShardFormat.padMagic, Array(repeating: 0, count: pad - ShardFormat.skippableHeaderByteCount))
            let first = layout.rows(inBlock: block).lowerBound * layout.bytesPerRow
            try writeRawFrame(Array(rows[first..<first + layout.byteCount(ofBlock: block)]))
        }
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind == .signPlane, encoding: .rawBlocks,
                recordsPerBlock: layout.rowsPerBlock, recordCount: layout.rowCount, offset: start,
                byteCount: offset - start, decodedByteCount: rows.count,
                first: layout.firstContentOffset(at: start), step: layout.stride,
                checksum: sectionChecksum.finish()))
    }

    /// A section of compressed frames.
    ///
    /// - Parameter contents: each frame's content and its first record.
    mutating func writeFrames(
        _ kind: ShardSection.Kind, recordCount: Int, recordsPerFrame: Int,
        contents: some Sequence<(content: [UInt8], firstRecord: Int)>
    ) throws(ShardsError) {
        let start = offset
        let firstFrame = frames.count
        var decoded = 0
        sectionChecksum = XXH64()
        for (content, firstRecord) in contents {
            let frame = try compress(content)
            frames.append(
                ShardFrame(
                    offset: offset, byteCount: frame.count, decodedByteCount: content.count, firstRecord: firstRecord))
            seekTable.append(
                byteCount: frame.count, decodedByteCount: content.count,
                checksum: UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan)))
            try write(frame)
            decoded += content.count
        }
        sections.append(
            ShardSection(
                type: kind.rawValue, isOptional: kind == .signPlane, encoding: .compressedFrames,
                recordsPerBlock: recordsPerFrame, recordCount: recordCount, offset: start, byteCount: offset - start,
                decodedByteCount: decoded, first: firstFrame, step: frames.count - firstFrame,
                checksum: sectionChecksum.finish()))
    }

    /// S1 and S2, then waits until all is on stable storage.
    ///
    /// - Returns: S1's XXH64 and the bytes of the file.
    mutating func finish(headerChecksum: UInt64) throws(ShardsError) -> (checksum: UInt64, byteCount: Int) {
        let payloadByteCount = ShardIndex.payloadByteCount(sections: sections.count, frames: frames.count)
        let total =
            offset + ShardFormat.skippableHeaderByteCount + payloadByteCount + seekTable.byteCount(adding: 1)
        let payload = ShardIndex(
            headerChecksum: headerChecksum, fileByteCount: total, sections: sections, frames: frames
        ).serialized()
        try writeSkippable(ShardFormat.indexMagic, payload)
        try write(seekTable.serialized())
        try flush()
        do throws(PlatformError) {
            try descriptor.synchronize()
        } catch {
            throw ShardsError(error, path: path)
        }
        return (payload.rawSpan.littleEndian(at: payload.count - 8) ?? 0, offset)
    }

    private mutating func compress(_ content: [UInt8]) throws(ShardsError) -> [UInt8] {
        do throws(PlatformError) {
            return try compressor.compress(content.rawSpan)
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    private mutating func writeRawFrame(_ content: [UInt8]) throws(ShardsError) {
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

    private mutating func writeSkippable(_ magic: UInt32, _ payload: [UInt8]) throws(ShardsError) {
        let frame = Self.skippable(magic, payload)
        try write(frame)
        seekTable.append(emptyFrame: frame.count)
    }

    /// A whole skippable frame.
    static func skippable(_ magic: UInt32, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.append(littleEndian: magic)
        frame.append(littleEndian: UInt32(payload.count))
        return frame + payload
    }

    private mutating func write(_ bytes: [UInt8]) throws(ShardsError) {
        sectionChecksum.update(bytes.rawSpan)
        buffer += bytes
        offset += bytes.count
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    private mutating func flush() throws(ShardsError) {
        do throws(PlatformError) {
            try descriptor.write(buffer.rawSpan)
        } catch {
            throw ShardsError(error, path: path)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
