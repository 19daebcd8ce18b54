import Platform
import SystemPackage

/// Reads the table of passages from its first frame to its last.
struct PassageFrames: ~Copyable {
    private let reader: ShardReader
    private var decoder: FrameDecoder
    private var number = 0

    init(_ reader: ShardReader) throws(ShardsError) {
        self.reader = reader
        decoder = try FrameDecoder(path: reader.path)
    }

    /// The next frame, decoded, with the rows whose records it has; nil after the last.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func next() throws(ShardsError) -> (rows: Range<Int>, records: [UInt8])? {
        let section = try reader.requiredSection(.passages)
        guard number < section.step else { return nil }
        let frame = reader.index.frames(of: section)[section.first + number]
        let file = reader.file
        let records = try decoder.decode(frame, of: section, in: file.bytes)
        number += 1
        let rows = frame.firstRecord..<frame.firstRecord + records.count / PassageRecord.byteCount
        guard rows.upperBound <= reader.rowCount else {
            throw ShardsError(
                .corrupt, path: reader.path, section: section.name, offset: frame.offset,
                "it has records of missing rows")
        }
        return (rows, records)
    }

    /// Takes the pages of the section out of memory.
    func release() {
        guard let section = reader.index.section(.passages) else { return }
        reader.file.release(section.offset..<section.end)
    }
}

/// Says where the text of each row lies, for rows in ascending order.
struct TextPlaces: ~Copyable {
    private var frames: PassageFrames
    private var rows = 0..<0
    private var records: [UInt8] = []
    private let path: FilePath

    init(_ reader: ShardReader) throws(ShardsError) {
        frames = try PassageFrames(reader)
        path = reader.path
    }

    /// The text frame and the place in it of a row that is not before the last one.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func place(ofRow row: Int) throws(ShardsError) -> (frame: Int, range: Range<Int>) {
        while row >= rows.upperBound, let next = try frames.next() { (rows, records) = (next.rows, next.records) }
        let offset = (row - rows.lowerBound) * PassageRecord.byteCount
        guard rows.contains(row), let place = PassageRecord.text(records.rawSpan, at: offset) else {
            throw ShardsError(.corrupt, path: path, section: "passages", "the record of row \(row) is missing")
        }
        return place
    }
}
