import Platform
package import SystemPackage

/// The passages of many files, cut as the daemon cuts them, one file after another in bounded memory.
package struct PassageSource: ~Copyable {
    /// A text file is cut up to this size at a time, so that its length does not matter.
    private static let pieceBytes = 4 << 20

    private enum Current: ~Copyable {
        case none
        case texts(TextSource)
        case pieces(LineReader, path: FilePath)
    }

    private let cutter: PassageCutter
    private var files: [FilePath]
    private var current = Current.none
    private var pending: [Passage] = []

    /// - Parameter files: `.jsonl` files give the `text` of each object, any other file is one text; `-` is standard input.
    package init(_ files: [FilePath], cutter: PassageCutter) {
        self.files = files.reversed()
        self.cutter = cutter
    }

    /// The next passage; nil after the last of the last file.
    ///
    /// - Throws: `EncodingError` with file and place of what is not UTF-8 or not JSON, `PlatformError` when reading fails.
    package mutating func next() throws -> Passage? {
        while pending.isEmpty {
            if let text = try nextText() {
                pending = cutter.passages(of: text).reversed()
            } else {
                guard let path = files.popLast() else { return nil }
                try open(path)
            }
        }
        return pending.popLast()
    }

    private mutating func open(_ path: FilePath) throws {
        if try path != "-" && FileStatus.followingLinks(path).kind == .directory {
            throw EncodingError(
                .input, path: path.string, "this is a directory; name its files, for example with \(path)/*.txt")
        }
        switch TextSource.Format(of: path) {
        case .jsonLines: current = .texts(try TextSource(path))
        case .lines: current = .pieces(LineReader(try OwnedDescriptor.openForReading(path)), path: path)
        }
    }

    private mutating func nextText() throws -> [UInt8]? {
        var taken = Current.none
        swap(&taken, &current)
        switch consume taken {
        case .none: return nil
        case .texts(var source):
            let text = try source.next()
            if text != nil { current = .texts(source) }
            return text
        case .pieces(var lines, let path):
            guard let piece = try lines.nextPiece(atMost: Self.pieceBytes) else { return nil }
            if let offset = piece.firstInvalidUTF8Offset {
                throw EncodingError(
                    .input, path: path.string,
                    "not UTF-8 from byte \(lines.lineOffset + offset) on; convert the file, for example with"
                        + " iconv -f WINDOWS-1252 -t UTF-8")
            }
            current = .pieces(lines, path: path)
            return piece
        }
    }
}
