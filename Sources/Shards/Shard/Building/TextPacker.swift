import Platform

/// Packs the texts of passages into frames and stores text that neighbours share once (Format.md, 1.4).
///
/// It compresses a frame as soon as it is full, because uncompressed text would take most of the memory of an open
/// shard.
struct TextPacker: Sendable {
    /// The position of the last passage, with which the next one can share text.
    private struct Previous {
        let document: Int
        let byteRange: Range<Int>
        let offset: Int
    }

    /// The state at the beginning of a document.
    private struct Mark {
        let frameCount: Int
        let firstRow: Int
        let contentByteCount: Int
        let rowCount: Int
        let previous: Previous?
        /// The contents of the frame that was open then, once it is closed.
        var content: [UInt8]?
    }

    private let level: Int
    /// The full frames.
    private(set) var frames: [PackedFrame] = []
    private(set) var frameByteCount = 0
    /// The contents of the open frame, and its first row.
    private var content: [UInt8] = []
    private var firstRow = 0
    private var rowCount = 0
    private var previous: Previous?
    private var mark: Mark?

    /// Starts without text; `level` is zstd's.
    init(level: Int) {
        self.level = level
    }

    /// The memory in use, in bytes.
    var byteCount: Int { frameByteCount + content.count + (mark?.content?.count ?? 0) }

    /// Marks the position for `rewind`, replacing the previous mark.
    mutating func begin() {
        mark = Mark(
            frameCount: frames.count, firstRow: firstRow, contentByteCount: content.count, rowCount: rowCount,
            previous: previous, content: nil)
    }

    /// Removes everything added since `begin`.
    mutating func rewind() {
        guard let mark else { return }
        content = mark.content ?? Array(content.prefix(mark.contentByteCount))
        for frame in frames[mark.frameCount...] { frameByteCount -= frame.bytes.count }
        frames.removeSubrange(mark.frameCount...)
        firstRow = mark.firstRow
        rowCount = mark.rowCount
        previous = mark.previous
        begin()
    }

    /// Adds the text of the next row; returns the frame's number and the text's position in it.
    mutating func append(
        _ passage: ShardPassage, ofDocument document: Int
    ) throws(PlatformError) -> (frame: Int, range: Range<Int>) {
        let text = passage.text
        let (offset, shared) = sharedBytes(passage, ofDocument: document)
        let isFull = content.count + text.count - shared > ShardFormat.targetFrameByteCount
        if isFull, !content.isEmpty {
            try close()
            return place(passage, ofDocument: document, at: 0, adding: text[...])
        }
        return place(passage, ofDocument: document, at: offset, adding: text[shared...])
    }

    /// All frames, including the open one.
    func closedFrames() throws(PlatformError) -> [PackedFrame] {
        // Rows without any text still need a frame, because their records refer to it.
        var compressor = try ZstandardCompressor(level: level)
        return frames + [try PackedFrame(content, firstRecord: firstRow, with: &compressor)]
    }

    private mutating func close() throws(PlatformError) {
        var compressor = try ZstandardCompressor(level: level)
        let frame = try PackedFrame(content, firstRecord: firstRow, with: &compressor)
        if let mark, mark.content == nil, mark.frameCount == frames.count {
            self.mark?.content = Array(content.prefix(mark.contentByteCount))
        }
        frames.append(frame)
        frameByteCount += frame.bytes.count
        content.removeAll(keepingCapacity: true)
        firstRow = rowCount
    }

    private mutating func place(
        _ passage: ShardPassage, ofDocument document: Int, at offset: Int, adding bytes: ArraySlice<UInt8>
    ) -> (frame: Int, range: Range<Int>) {
        content += bytes
        rowCount += 1
        // Only text that consists of the document's own bytes can be shared by position.
        previous =
            passage.text.count == passage.byteRange.count
            ? Previous(document: document, byteRange: passage.byteRange, offset: offset) : nil
        return (frames.count, offset..<offset + passage.text.count)
    }

    /// The number of the passage's first bytes that end the current frame, and their start.
    private func sharedBytes(
        _ passage: ShardPassage, ofDocument document: Int
    ) -> (offset: Int, count: Int) {
        let end = content.count
        guard let previous, previous.document == document, passage.text.count == passage.byteRange.count,
            previous.byteRange.contains(passage.byteRange.lowerBound),
            previous.byteRange.upperBound <= passage.byteRange.upperBound
        else { return (end, 0) }
        let shared = previous.byteRange.upperBound - passage.byteRange.lowerBound
        guard content[(end - shared)...].elementsEqual(passage.text[..<shared]) else { return (end, 0) }
        return (end - shared, shared)
    }
}

/// A compressed frame of a shard, with its data for the index and the seek table.
struct PackedFrame: Sendable {
    /// The zstd frame.
    let bytes: [UInt8]
    let decodedByteCount: Int
    /// The number of its first row or document.
    let firstRecord: Int
    /// The low half of the XXH64 of the contents.
    let checksum: UInt32

    /// Compresses a frame's contents.
    init(
        _ content: [UInt8], firstRecord: Int, with compressor: inout ZstandardCompressor
    ) throws(PlatformError) {
        // This copies the bytes, since zstd's array has room for the largest possible frame.
        let frame = try compressor.compress(content.rawSpan)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.count)
        bytes += frame
        self.bytes = bytes
        decodedByteCount = content.count
        self.firstRecord = firstRecord
        checksum = UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan))
    }
}
