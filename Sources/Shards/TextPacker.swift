/// Packs the texts of passages into frames, so that text shared by neighbours is stored once (Format.md, 1.4).
struct TextPacker: Sendable {
    /// A frame before compression.
    struct Frame: Sendable {
        var content: [UInt8] = []
        /// The first row whose text is in it.
        var firstRow: Int
    }

    /// Where the last passage stands, for the next one to share with.
    private struct Previous {
        let document: Int
        let byteRange: Range<Int>
        let offset: Int
    }

    private(set) var frames: [Frame] = []
    private(set) var byteCount = 0
    private var rowCount = 0
    private var previous: Previous?

    /// Adds the text of the next row.
    ///
    /// - Returns: the frame's number and the text's place in it.
    mutating func append(_ passage: ShardPassage, ofDocument document: Int) -> (frame: Int, range: Range<Int>) {
        let text = passage.text
        let (offset, shared) = sharedBytes(passage, ofDocument: document)
        let isFull = (frames.last?.content.count ?? 0) + text.count - shared > ShardFormat.targetFrameByteCount
        if frames.isEmpty || isFull && frames.last?.content.isEmpty == false {
            frames.append(Frame(firstRow: rowCount))
            return place(passage, ofDocument: document, at: 0, adding: text[...])
        }
        return place(passage, ofDocument: document, at: offset, adding: text[shared...])
    }

    private mutating func place(
        _ passage: ShardPassage, ofDocument document: Int, at offset: Int, adding bytes: ArraySlice<UInt8>
    ) -> (frame: Int, range: Range<Int>) {
        let frame = frames.count - 1
        frames[frame].content += bytes
        byteCount += bytes.count
        rowCount += 1
        // Only text that is the document's own bytes can be shared by position.
        previous =
            passage.text.count == passage.byteRange.count
            ? Previous(document: document, byteRange: passage.byteRange, offset: offset) : nil
        return (frame, offset..<offset + passage.text.count)
    }

    /// How many of the passage's first bytes are the last bytes of the current frame, and where they begin.
    private func sharedBytes(
        _ passage: ShardPassage, ofDocument document: Int
    ) -> (offset: Int, count: Int) {
        guard let frame = frames.last else { return (0, 0) }
        let end = frame.content.count
        guard let previous, previous.document == document, passage.text.count == passage.byteRange.count,
            previous.byteRange.contains(passage.byteRange.lowerBound),
            previous.byteRange.upperBound <= passage.byteRange.upperBound
        else { return (end, 0) }
        let shared = previous.byteRange.upperBound - passage.byteRange.lowerBound
        guard frame.content[(end - shared)...].elementsEqual(passage.text[..<shared]) else { return (end, 0) }
        return (end - shared, shared)
    }
}
