package import Platform
package import SystemPackage
import Text

/// Splits a file or a pipe of any length at its newlines, in the memory of its longest line.
package struct LineReader: ~Copyable {
    /// The longest accepted line, in bytes.
    ///
    /// A line is one text, of which a model reads some kilobytes. A JSON line is in memory several times while it is
    /// decoded: with 64 MB a process takes 317 MB, with this limit 119 MB.
    package static let longestLine = 8 << 20

    private let contents: ContentsReader
    /// What is read, for messages.
    package let path: FilePath
    private var pending: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The number of the line that `next` returned last; the first is 1.
    package private(set) var lineNumber = 0
    /// The offset in the file at which that line begins.
    package private(set) var lineOffset = 0
    private var consumed = 0

    /// Reads from the descriptor's position to the end; returns what a pipe has at once.
    ///
    /// With `isCompressed` it unpacks zstd on the way, and lines and offsets are those of the unpacked contents.
    package init(_ descriptor: consuming OwnedDescriptor, isCompressed: Bool = false) throws(PlatformError) {
        path = descriptor.path
        contents = try ContentsReader(descriptor, isCompressed: isCompressed, waitsForPieces: false)
    }

    /// The next line without its newline; nil at the end.
    ///
    /// A last line needs no newline. A byte order mark at the start of the file is dropped.
    /// - Throws: `DocumentsError` of code `.input` for a line over the limit, `PlatformError` when reading or unpacking fails.
    package mutating func next() throws -> [UInt8]? { try next(waiting: true) }

    /// The next line where it is there at once; nil where it must be waited for, and at the end.
    ///
    /// - Throws: as `next()` does.
    package mutating func nextWithoutWaiting() throws -> [UInt8]? { try next(waiting: false) }

    /// Whether all lines were returned.
    package var hasEnded: Bool { isAtEnd && position == pending.count }

    private mutating func next(waiting: Bool) throws -> [UInt8]? {
        var searched = position
        while true {
            if let newline = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                return try take(upTo: newline, skipping: 1)
            }
            searched = pending.count
            guard !isAtEnd else {
                return position < pending.count ? try take(upTo: pending.count, skipping: 0) : nil
            }
            try checkLength(upTo: pending.count)
            guard waiting || contents.isReady else { return nil }
            searched -= position
            try fill()
        }
    }

    private func checkLength(upTo end: Int) throws {
        guard end - position > Self.longestLine else { return }
        throw DocumentsError(
            .input,
            "\(path.displayName): line \(lineNumber + 1) has more than \(Self.longestLine) bytes; cut it into lines of one text each"
        )
    }

    private mutating func take(upTo end: Int, skipping separator: Int) throws -> [UInt8] {
        try checkLength(upTo: end)
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
        guard let piece = try contents.next() else {
            isAtEnd = true
            return
        }
        consumed += isFirst ? UTF8Text.markLength(piece) : 0
        pending += isFirst ? piece[UTF8Text.markLength(piece)...] : piece[...]
    }
}
