import Platform
import SystemPackage

extension ShardSplice {
    /// Writes section 4: the records of the rows with new numbers of documents and new places of text.
    func writePassages(
        to file: inout SpliceFile, _ places: [TextPlace], _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        var records: [UInt8] = []
        var row = 0
        var document = -1
        try file.write { file throws(PlatformError) in file.beginFrames() }
        for source in sources {
            var old = try PassageFrames(source.reader)
            var oldDocument = -1
            while let frame = try old.next() {
                guard goesOn() else { return false }
                for place in frame.rows where source.newRow(of: place) != nil {
                    let offset = (place - frame.rows.lowerBound) * PassageRecord.byteCount
                    let bytes = frame.records.rawSpan
                    let number = Int(bytes.littleEndian(UInt32.self, at: offset) ?? 0)
                    if number != oldDocument {
                        oldDocument = number
                        document += 1
                    }
                    PassageRecord.append(bytes, at: offset, document: document, text: places[row], to: &records)
                    row += 1
                    guard row % ShardFormat.passagesPerFrame == 0 || row == rowCount else { continue }
                    let first = row - records.count / PassageRecord.byteCount
                    try file.write { file throws(PlatformError) in try file.writeFrame(records, firstRecord: first) }
                    records.removeAll(keepingCapacity: true)
                }
            }
            old.release()
        }
        let count = rowCount
        try file.write { file throws(PlatformError) in
            file.endFrames(.passages, recordCount: count, recordsPerFrame: ShardFormat.passagesPerFrame)
        }
        return true
    }
}

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
