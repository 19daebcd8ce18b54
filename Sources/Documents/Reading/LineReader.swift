package import Platform
import SystemPackage

/// Splits a file or a pipe of any length at its newlines, in the memory of its longest line.
package struct LineReader: ~Copyable {
    /// The longest accepted line, in bytes.
    ///
    /// A line is one text, of which a model reads some kilobytes. A JSON line is in memory several times while it is
    /// decoded: with 64 MB a process takes 317 MB, with this limit 119 MB.
    package static let longestLine = 8 << 20

    private let descriptor: OwnedDescriptor
    private var pending: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The number of the line that `next` returned last; the first is 1.
    package private(set) var lineNumber = 0
    /// The offset in the file at which that line begins.
    package private(set) var lineOffset = 0
    private var consumed = 0

    /// Reads from the descriptor's position to the end.
    package init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// The next line without its newline; nil at the end.
    ///
    /// The last line needs no newline. A byte order mark at the start of the file is dropped.
    /// - Throws: `DocumentsError` of code `.input` for a line over the limit, `PlatformError` when reading fails.
    package mutating func next() throws -> [UInt8]? {
        var searched = position
        while true {
            if let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                return take(upTo: newline, skipping: 1)
            }
            searched = pending.count
            guard !isAtEnd else {
                return position < pending.count ? take(upTo: pending.count, skipping: 0) : nil
            }
            guard pending.count - position <= Self.longestLine else {
                throw DocumentsError(
                    .input,
                    "\(descriptor.path): line \(lineNumber + 1) has more than \(Self.longestLine) bytes; cut it into lines of one text each"
                )
            }
            searched -= position
            try fill()
        }
    }

    /// Returns many whole lines in one piece of at most `limit` bytes, newlines included; nil at the end.
    ///
    /// This is for texts that are cut further anyway. It reads a huge file in pieces that end at a line end, or between
    /// two characters where a line is longer than a piece.
    package mutating func nextPiece(atMost limit: Int) throws -> [UInt8]? {
        while pending.count - position < limit, !isAtEnd { try fill() }
        guard position < pending.count else { return nil }
        var end = min(position + limit, pending.count)
        if end < pending.count || !isAtEnd {
            if let newline = pending[position..<end].lastIndex(of: UInt8(ascii: "\n")) {
                end = newline + 1
            } else {
                while end > position + 1, end < pending.count, pending[end] & 0xC0 == 0x80 { end -= 1 }
            }
        }
        return take(upTo: end, skipping: 0)
    }

    private mutating func take(upTo end: Int, skipping separator: Int) -> [UInt8] {
        let line = Array(pending[position..<end])
        lineNumber += 1
        lineOffset = consumed
        consumed += end + separator - position
        position = end + separator
        return line
    }

    private mutating func fill() throws {
        pending.removeFirst(position)
        position = 0
        let isFirst = consumed == 0 && pending.isEmpty
        let piece = try descriptor.read(atMost: 256 << 10)
        isAtEnd = piece.isEmpty
        if isFirst, piece.starts(with: [0xEF, 0xBB, 0xBF]) {
            pending.append(contentsOf: piece.dropFirst(3))
            consumed = 3
        } else {
            pending.append(contentsOf: piece)
        }
    }
}
