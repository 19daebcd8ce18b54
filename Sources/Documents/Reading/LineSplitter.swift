import Text

/// Splits a file that arrives in pieces into lines, and skips blank ones.
package struct LineSplitter {
    /// One line of the file.
    package struct Line: Sendable {
        /// The bytes without the line feed.
        package let bytes: [UInt8]
        /// The line's number, from 1.
        package let number: Int
        /// The line's offset in the unpacked file.
        package let offset: Int
    }

    private var buffer: [UInt8] = []
    /// The first byte of the buffer that belongs to no returned line.
    private var position = 0
    /// Where the search for the line end continues.
    private var searched = 0
    /// The offset of the buffer in the file.
    private var origin = 0
    private var number = 0
    private var isWhole = false
    private var hasBegun = false

    package init() {}

    /// Adds the next piece of the file.
    package mutating func add(_ piece: [UInt8]) {
        if position > 0 {
            buffer.removeFirst(position)
            origin += position
            searched -= position
            position = 0
        }
        buffer += piece
        guard !hasBegun, !piece.isEmpty else { return }
        hasBegun = true
        // A byte order mark is not part of the first line.
        position = UTF8Text.markLength(buffer)
        searched = position
    }

    /// Marks the end of the file.
    package mutating func finish() { isWhole = true }

    /// The next line that is not blank; nil when it needs more of the file, or after its end.
    package mutating func next() -> Line? {
        while position < buffer.count {
            let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n"))
            guard end != nil || isWhole else {
                searched = buffer.count
                return nil
            }
            let line = buffer[position..<(end ?? buffer.count)]
            let start = position
            position = (end ?? buffer.count - 1) + 1
            searched = position
            number += 1
            if UTF8Text.isBlank(line) { continue }
            return Line(bytes: Array(line), number: number, offset: origin + start)
        }
        return nil
    }
}
