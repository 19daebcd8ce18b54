import Shards

/// The text of a document, or of a part of it, put together from its passages.
///
/// Passages overlap, and the white space between them is not stored. So what two of them share is taken once, by their byte ranges, and
/// between others stand the line feeds that are missing and as many spaces as bytes are, which restores blank lines and indentation.
package struct DocumentText: Sendable, Equatable {
    /// UTF-8.
    package private(set) var text: [UInt8]
    /// The bytes of the document that it covers.
    package private(set) var bytes: Range<Int>
    /// The lines of the document that it covers.
    package private(set) var lines: ClosedRange<Int>

    /// Whether lines end in two bytes.
    private var hasWideLines: Bool

    /// More white space between two passages is not restored: a document of nothing else would fill the memory.
    private static let spaceLimit = 1 << 12

    package init(_ text: [UInt8], bytes: Range<Int>, lines: ClosedRange<Int>) {
        self.text = text
        self.bytes = bytes
        self.lines = lines
        hasWideLines = text.contains(UInt8(ascii: "\r"))
    }

    /// Adds the next passage.
    package mutating func append(_ next: DocumentText) {
        let shared = bytes.upperBound - next.bytes.lowerBound
        if shared >= 0, next.text.count == next.bytes.count {
            text += next.text.dropFirst(shared)
        } else {
            let newlines = min(max(next.lines.lowerBound - lines.upperBound, 0), Self.spaceLimit)
            let spaces = min(max(-shared - newlines, newlines == 0 ? 1 : 0), Self.spaceLimit)
            let lineEnd = hasWideLines || next.hasWideLines ? Array("\r\n".utf8) : Array("\n".utf8)
            for _ in 0..<newlines { text += lineEnd }
            // What the line ends have of the bytes between the passages is no space.
            text += Array(repeating: UInt8(ascii: " "), count: max(spaces - (lineEnd.count - 1) * newlines, 0))
            text += next.text
        }
        hasWideLines = hasWideLines || next.hasWideLines
        bytes = bytes.lowerBound..<max(bytes.upperBound, next.bytes.upperBound)
        lines = lines.lowerBound...max(lines.upperBound, next.lines.upperBound)
    }

    /// The part in some lines of the document; nil when none of them is here.
    package func part(in wanted: ClosedRange<Int>) -> DocumentText? {
        guard wanted.overlaps(lines) else { return nil }
        let part = wanted.clamped(to: lines)
        var line = lines.lowerBound
        var start: Int? = line == part.lowerBound ? 0 : nil
        var end = text.count
        for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "\n") {
            if line == part.upperBound {
                end = offset
                break
            }
            line += 1
            if line == part.lowerBound { start = offset + 1 }
        }
        guard let start else { return nil }
        if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return DocumentText(
            Array(text[start..<max(start, end)]), bytes: bytes.lowerBound + start..<bytes.lowerBound + max(start, end),
            lines: part)
    }
}

extension RowReader {
    /// The text of the passage of a row.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func passageText(ofRow row: Int) throws(ShardsError) -> DocumentText {
        let stored = try passage(ofRow: row)
        return DocumentText(try text(of: stored), bytes: stored.byteRange, lines: stored.lineRange)
    }

    /// The text of passages of one document that follow one another.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func documentText(ofRows rows: Range<Int>) throws(ShardsError) -> DocumentText {
        var document = try passageText(ofRow: rows.lowerBound)
        for row in rows.dropFirst() { document.append(try passageText(ofRow: row)) }
        return document
    }
}
