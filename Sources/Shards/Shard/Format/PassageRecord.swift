import Platform

/// A passage as 56 bytes of section 4 (Format.md, 1.4).
enum PassageRecord {
    static let byteCount = 56

    static func append(_ passage: StoredPassage, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt32(passage.document))
        bytes.append(littleEndian: UInt32(passage.ordinal))
        bytes.append(littleEndian: UInt64(passage.byteRange.lowerBound))
        bytes.append(littleEndian: UInt64(passage.byteRange.upperBound))
        bytes.append(littleEndian: UInt32(passage.lineRange.lowerBound))
        bytes.append(littleEndian: UInt32(passage.lineRange.upperBound))
        bytes.append(littleEndian: UInt32(passage.tokenCount))
        bytes.append(littleEndian: (passage.isTruncated ? 1 : 0) as UInt32)
        bytes.append(littleEndian: UInt32(passage.textFrame))
        bytes.append(littleEndian: UInt32(passage.textRange.lowerBound))
        bytes.append(littleEndian: UInt32(passage.textRange.count))
        bytes.append(littleEndian: 0 as UInt32)
    }

    /// Where the text of a row lies, read from its record in a decoded frame without the rest; nil where the bytes end before.
    static func text(_ records: RawSpan, at offset: Int) -> (frame: Int, range: Range<Int>)? {
        guard let frame = records.littleEndian(UInt32.self, at: offset + 40),
            let start = records.littleEndian(UInt32.self, at: offset + 44),
            let count = records.littleEndian(UInt32.self, at: offset + 48)
        else { return nil }
        return (Int(frame), Int(start)..<Int(start) + Int(count))
    }

    /// Appends a record of another shard with another document and another place of its text.
    static func append(
        _ records: RawSpan, at offset: Int, document: Int, text: TextPlace, to bytes: inout [UInt8]
    ) {
        bytes.append(littleEndian: UInt32(document))
        bytes.append(records, offset + 4..<offset + 40)
        bytes.append(littleEndian: text.frame)
        bytes.append(littleEndian: text.offset)
        bytes.append(records, offset + 48..<offset + byteCount)
    }

    /// Parses one record; the caller checks what it refers to.
    static func parse(_ parser: inout FieldParser) throws(ShardsError) -> StoredPassage {
        let document = Int(try parser.integer(UInt32.self))
        let ordinal = Int(try parser.integer(UInt32.self))
        let firstByte = try parser.count(UInt64.self, "first byte")
        let endByte = try parser.count(UInt64.self, "end")
        let firstLine = Int(try parser.integer(UInt32.self))
        let lastLine = Int(try parser.integer(UInt32.self))
        let tokenCount = Int(try parser.integer(UInt32.self))
        let flags = try parser.integer(UInt32.self)
        let textFrame = Int(try parser.integer(UInt32.self))
        let textOffset = Int(try parser.integer(UInt32.self))
        let textByteCount = Int(try parser.integer(UInt32.self))
        try parser.expectZeros(4)
        guard firstByte <= endByte, firstLine >= 1, firstLine <= lastLine, flags <= 1 else {
            throw parser.corrupt("a passage's range or flags are impossible")
        }
        return StoredPassage(
            document: document, ordinal: ordinal, byteRange: firstByte..<endByte, lineRange: firstLine...lastLine,
            tokenCount: tokenCount, isTruncated: flags == 1, textFrame: textFrame,
            textRange: textOffset..<textOffset + textByteCount)
    }
}

/// A passage as read from a shard: one row.
package struct StoredPassage: Sendable, Hashable {
    /// The number of its document in the shard.
    package let document: Int
    /// The number of the passage in its document, from 0.
    package let ordinal: Int
    package let byteRange: Range<Int>
    /// The passage's lines, from 1.
    package let lineRange: ClosedRange<Int>
    package let tokenCount: Int
    package let isTruncated: Bool
    /// The number of the text frame in the shard.
    package let textFrame: Int
    /// The position of its text in the decoded frame.
    package let textRange: Range<Int>
}
