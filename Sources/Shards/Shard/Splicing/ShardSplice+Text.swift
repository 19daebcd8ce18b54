import Platform

/// Where the text of a row lies in the new shard.
struct TextPlace: Sendable {
    let frame: UInt32
    let offset: UInt32
}

/// Text: frames whose rows are all taken are copied as they are, the others are packed anew.
extension ShardSplice {
    /// A frame that is smaller is packed together with its neighbours.
    private static let leastCopiedByteCount = ShardFormat.targetFrameByteCount / 2

    /// After so many frames their pages are released.
    private static let framesAtOnce = 256

    /// Writes section 3, and says where the text of each row is.
    func writeText(
        to file: inout SpliceFile, places: inout [TextPlace], _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        places.reserveCapacity(rowCount)
        var open = OpenText(level: level)
        try file.write { file throws(PlatformError) in file.beginFrames() }
        for source in sources {
            let section = try source.reader.requiredSection(.text)
            var decoder = try FrameDecoder(path: source.reader.path)
            var texts = try TextPlaces(source.reader)
            let frames = source.reader.index.frames(of: section)
            for (number, frame) in zip(0..., frames) {
                guard goesOn() else { return false }
                let isLast = number + 1 == frames.count
                let end = isLast ? source.reader.rowCount : frames[frames.startIndex + number + 1].firstRecord
                guard frame.firstRecord < end else { continue }
                let range = frame.firstRecord..<end
                let isCopied =
                    frame.decodedByteCount >= Self.leastCopiedByteCount && source.takesAll(of: range)
                if isCopied { try open.close(to: &file) }
                let content = isCopied ? [] : try decoder.decode(frame, of: section, in: source.reader.file.bytes)
                for row in range where isCopied || source.newRow(of: row) != nil {
                    let text = try texts.place(ofRow: row)
                    guard text.frame == number, text.range.upperBound <= frame.decodedByteCount else {
                        throw ShardsError(
                            .corrupt, path: source.reader.path, section: section.name, offset: frame.offset,
                            "row \(row) is not in the frame that begins before it")
                    }
                    if isCopied {
                        places.append(
                            TextPlace(frame: UInt32(open.frameCount), offset: UInt32(text.range.lowerBound)))
                    } else {
                        places.append(try open.append(text.range, of: content, row: places.count, to: &file))
                    }
                }
                if isCopied {
                    let bytes = source.reader.file.bytes.extracting(frame.offset..<frame.offset + frame.byteCount)
                    let first = places.count - range.count
                    try file.write { file throws(PlatformError) in
                        try file.writeFrame(
                            copying: bytes, decodedByteCount: frame.decodedByteCount, firstRecord: first)
                    }
                    open.frameCount += 1
                }
                open.leaveFrame()
                if number % Self.framesAtOnce == 0 { source.reader.file.release(section.offset..<frame.offset) }
            }
            source.reader.file.release(section.offset..<section.end)
        }
        try open.close(to: &file)
        let count = rowCount
        // Rows without any text still need a frame, because their records refer to it.
        try file.write { file throws(PlatformError) in
            file.endFrames(.text, recordCount: count, recordsPerFrame: 0)
        }
        return true
    }
}

/// A frame of text that is being packed from pieces of others.
///
/// Text that rows of a frame share stays shared.
private struct OpenText {
    private let level: Int
    private var content: [UInt8] = []
    private var firstRow = 0
    private var isOpen = false
    /// The bytes of the old frame that were copied last, without a gap, and where they begin in the new one.
    private var copied: (range: Range<Int>, start: Int)?
    /// The frames that are closed.
    var frameCount = 0

    init(level: Int) { self.level = level }

    /// Ends the old frame.
    mutating func leaveFrame() { copied = nil }

    /// Adds the text of a row.
    ///
    /// - Parameters:
    ///   - text: its place in the old frame.
    ///   - old: the content of that frame.
    ///   - row: the number of the row in the new shard.
    ///   - file: gets the open frame when it is full.
    /// - Returns: its place in the new shard.
    /// - Throws: `ShardsError` of code `.system`.
    mutating func append(
        _ text: Range<Int>, of old: [UInt8], row: Int, to file: inout SpliceFile
    ) throws(ShardsError) -> TextPlace {
        if !isOpen { open(row) }
        if let place = share(text, of: old) { return place }
        if !content.isEmpty, content.count + text.count > ShardFormat.targetFrameByteCount {
            try close(to: &file)
            open(row)
        }
        copied = (text, content.count)
        content += old[text]
        return TextPlace(frame: UInt32(frameCount), offset: UInt32(content.count - text.count))
    }

    /// Adds only what is not there yet of a text that begins in what was copied last; nil where it does not, or has no room.
    private mutating func share(_ text: Range<Int>, of old: [UInt8]) -> TextPlace? {
        guard let copied, copied.range.contains(text.lowerBound) || copied.range.upperBound == text.lowerBound else {
            return nil
        }
        let rest = copied.range.upperBound..<max(copied.range.upperBound, text.upperBound)
        guard content.count + rest.count <= ShardFormat.targetFrameByteCount else { return nil }
        content += old[rest]
        self.copied = (copied.range.lowerBound..<rest.upperBound, copied.start)
        return TextPlace(
            frame: UInt32(frameCount), offset: UInt32(copied.start + text.lowerBound - copied.range.lowerBound))
    }

    private mutating func open(_ row: Int) {
        (firstRow, isOpen, copied) = (row, true, nil)
        content.removeAll(keepingCapacity: true)
    }

    /// Writes the open frame.
    mutating func close(to file: inout SpliceFile) throws(ShardsError) {
        guard isOpen else { return }
        let (content, firstRow) = (content, firstRow)
        try file.write { file throws(PlatformError) in try file.writeFrame(content, firstRecord: firstRow) }
        frameCount += 1
        (isOpen, copied) = (false, nil)
    }
}
