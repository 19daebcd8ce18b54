import Documents
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Reading texts line by line")
struct LineReaderTests {
    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func reader(_ bytes: [UInt8]) throws -> LineReader {
        let path = scratch.path.appending("text")
        try AtomicFile.replaceVolatile(bytes, at: path)
        return try LineReader(OwnedDescriptor.openForReading(path))
    }

    @Test(
        "lines end at newlines, the last one at the end of the file",
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
            ("\n\na\n\n", ["", "", "a", ""]),
            ("a\r\nb", ["a\r", "b"]), ("\u{FEFF}a\n\u{FEFF}b", ["a", "\u{FEFF}b"]),
        ] as [(String, [String])])
    func lines(text: String, expected: [String]) throws {
        var lines = try reader(Array(text.utf8))
        var found: [String] = []
        while let line = try lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
        #expect(found == expected)
    }

    @Test("what a pipe has is read before its writer goes on", .timeLimit(.minutes(10)))
    func pipe() throws {
        let pipe = try FileDescriptor.pipe()
        let writer = OwnedDescriptor(adopting: pipe.writeEnd.rawValue, path: "pipe")
        var lines = try LineReader(OwnedDescriptor(adopting: pipe.readEnd.rawValue, path: "pipe"))
        for text in ["first", "second"] {
            try writer.write(Array("\(text)\n".utf8).rawSpan)
            #expect(try lines.next() == Array(text.utf8))
        }
    }

    @Test("lines that are there are told from those that must be waited for, and from the end")
    func atHand() throws {
        let pipe = try FileDescriptor.pipe()
        let writer = OwnedDescriptor(adopting: pipe.writeEnd.rawValue, path: "pipe")
        var lines = try LineReader(OwnedDescriptor(adopting: pipe.readEnd.rawValue, path: "pipe"))
        #expect(try lines.nextWithoutWaiting() == nil)
        try writer.write(Array("first\nsec".utf8).rawSpan)
        #expect(try lines.nextWithoutWaiting() == Array("first".utf8))
        #expect(try lines.nextWithoutWaiting() == nil)
        var hasEnded = lines.hasEnded
        #expect(!hasEnded)
        try writer.write(Array("ond".utf8).rawSpan)
        #expect(try lines.nextWithoutWaiting() == nil)
        try writer.close()
        #expect(try lines.nextWithoutWaiting() == Array("second".utf8))
        #expect(try lines.nextWithoutWaiting() == nil)
        hasEnded = lines.hasEnded
        #expect(hasEnded)
    }

    @Test("a byte order mark is dropped though each of its bytes is a packed frame of its own")
    func markInPieces() throws {
        let pipe = try FileDescriptor.pipe()
        let writer = OwnedDescriptor(adopting: pipe.writeEnd.rawValue, path: "pipe")
        for byte in Array("\u{FEFF}first\n".utf8) {
            var compressor = try ZstandardCompressor()
            let frame = try compressor.compress([byte].rawSpan)
            try writer.write(frame.rawSpan)
        }
        var lines = try LineReader(
            OwnedDescriptor(adopting: pipe.readEnd.rawValue, path: "pipe"), isCompressed: true)
        #expect(try lines.next() == Array("first".utf8))
    }

    @Test("a line of the maximum length is read, a longer one is refused")
    func tooLong() throws {
        let longest = [UInt8](repeating: 0x78, count: LineReader.longestLine)
        var lines = try reader(longest + [0x0A] + longest + longest)
        #expect(try lines.next()?.count == LineReader.longestLine)
        let error = try #require(throws: DocumentsError.self) { _ = try lines.next() }
        #expect(error.code == .input)
        #expect("\(error)".contains("line 2 has more than \(LineReader.longestLine) bytes"))
    }

    @Test("lines longer than one read, with their positions")
    func longLines() throws {
        let lengths = [0, 1, 262_143, 262_144, 262_145, 700_000, 3]
        let text = lengths.map { [UInt8](repeating: 0x78, count: $0) }.joined(separator: [0x0A])
        var lines = try reader(Array(text))
        var offset = 0
        for (index, length) in lengths.enumerated() {
            #expect(try lines.next()?.count == length)
            #expect(lines.lineNumber == index + 1)
            #expect(lines.lineOffset == offset)
            offset += length + 1
        }
        #expect(try lines.next() == nil)
    }
}
