import Platform
import SystemPackage

/// Reads rows of one shard in sequence and keeps the last decoded frames.
///
/// For rows in ascending order it decodes each frame once, regardless of their number. It never holds more than one
/// frame of each section: at most some hundred kilobytes, unless a single record is larger.
package struct RowReader: ~Copyable {
    /// The last decoded frame.
    private struct Held {
        private var offset = -1
        private(set) var content: [UInt8] = []

        mutating func hold(
            _ frame: ShardFrame, of section: ShardSection, from shard: ShardReader, with decoder: inout FrameDecoder,
            _ cache: FrameCache?
        ) throws(ShardsError) {
            guard frame.offset != offset else { return }
            // Release the old frame first, so two large frames are never in memory at once.
            self = Held()
            guard let cache else {
                content = try decoder.decode(frame, of: section, in: shard.file.bytes)
                offset = frame.offset
                return
            }
            content = try cache.frame(at: frame.offset, ofShard: shard.checksum) { () throws(ShardsError) in
                try decoder.decode(frame, of: section, in: shard.file.bytes)
            }
            offset = frame.offset
        }
    }

    private let shard: ShardReader
    private let cache: FrameCache?
    private var decoder: FrameDecoder
    private var passages = Held()
    private var documents = Held()
    private var texts = Held()
    /// The last document, because neighbouring rows often share it.
    private var document: (number: Int, stored: StoredDocument)?

    /// Starts to read a shard; with a cache, where the same frames are read again later.
    package init(_ shard: ShardReader, cache: FrameCache? = nil) throws(ShardsError) {
        self.shard = shard
        self.cache = cache
        decoder = try FrameDecoder(path: shard.path)
    }

    /// Reads the passage of a row below `rowCount`.
    ///
    /// Throws `ShardsError` of code `.corrupt`.
    package mutating func passage(ofRow row: Int) throws(ShardsError) -> StoredPassage {
        precondition((0..<shard.rowCount).contains(row), "row \(row) of \(shard.rowCount)")
        let section = try shard.requiredSection(.passages)
        let number = row / ShardFormat.passagesPerFrame
        let frame = shard.index.frames(of: section)[section.first + number]
        try passages.hold(frame, of: section, from: shard, with: &decoder, cache)
        let first = (row - frame.firstRecord) * PassageRecord.byteCount
        var parser = FieldParser(
            passages.content.rawSpan.extracting(first..<first + PassageRecord.byteCount), path: shard.path,
            section: section.name, at: frame.offset)
        return try shard.checked(PassageRecord.parse(&parser), frame: frame, section: section)
    }

    /// Reads the text of a passage, UTF-8.
    package mutating func text(of passage: StoredPassage) throws(ShardsError) -> [UInt8] {
        let section = try shard.requiredSection(.text)
        let frame = shard.index.frames(of: section)[section.first + passage.textFrame]
        try texts.hold(frame, of: section, from: shard, with: &decoder, cache)
        return Array(texts.content[passage.textRange])
    }

    /// Reads a document by its number in the shard, which is below `documentCount`; passages contain these numbers.
    package mutating func document(_ number: Int) throws(ShardsError) -> StoredDocument {
        precondition((0..<shard.documentCount).contains(number), "document \(number) of \(shard.documentCount)")
        if let document, document.number == number { return document.stored }
        let section = try shard.requiredSection(.documents)
        let frames = shard.index.frames(of: section)
        let frame = Self.frame(of: number, in: frames)
        try documents.hold(frame, of: section, from: shard, with: &decoder, cache)
        var parser = FieldParser(
            documents.content.rawSpan, path: shard.path, section: section.name, at: frame.offset)
        for _ in frame.firstRecord..<number { try DocumentRecord.skip(&parser) }
        let stored = try DocumentRecord.parse(&parser)
        guard stored.rows.upperBound <= shard.rowCount else {
            throw ShardsError(
                .corrupt, path: shard.path, section: section.name,
                "document \(number) has rows that are not in the shard")
        }
        document = (number, stored)
        return stored
    }

    /// The last frame that begins at or before a record; the first one begins with record 0.
    private static func frame(of record: Int, in frames: ArraySlice<ShardFrame>) -> ShardFrame {
        var low = frames.startIndex
        var high = frames.endIndex
        while high - low > 1 {
            let middle = (low + high) / 2
            if frames[middle].firstRecord <= record { low = middle } else { high = middle }
        }
        return frames[low]
    }
}
