import Foundation
import Identity
import Search
import Shards
import TestSupport
import Testing

@Suite struct DocumentTextTests {
    private static func passage(_ text: String, _ bytes: Range<Int>, _ lines: ClosedRange<Int>) -> DocumentText {
        DocumentText(Array(text.utf8), bytes: bytes, lines: lines)
    }

    @Test func `passages that overlap anywhere give the text again, with its white space`() throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        for _ in 0..<500 {
            // Lines of words, with blank lines and indentation between them.
            var text = "x"
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let gap = ["\n", "\n\n", "\n\n\n    ", "\n  ", " ", "  "].randomElement(using: &random) ?? ""
                text += gap + (["é", "w", "é word", "a word, and more"].randomElement(using: &random) ?? "")
            }
            let bytes = Array(text.utf8)
            func line(_ offset: Int) -> Int { 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") } }
            var document: DocumentText?
            var end = 0
            while end < bytes.count {
                var start = end == 0 ? 0 : max(0, end - Int.random(in: 0...5, using: &random))
                while start < bytes.count, bytes[start].isSpace { start += 1 }
                var stop = min(bytes.count, max(end, start) + Int.random(in: 1...12, using: &random))
                let next = stop
                while stop > start, bytes[stop - 1].isSpace { stop -= 1 }
                defer { end = max(next, end + 1) }
                guard start != stop, stop - 1 >= document?.bytes.upperBound ?? 0 else { continue }
                let part = DocumentText(
                    Array(bytes[start..<stop]), bytes: start..<stop, lines: line(start)...line(stop))
                if document == nil { document = part } else { document?.append(part) }
            }
            let whole = try #require(document)
            let expected = bytes[..<whole.bytes.upperBound]
            #expect(whole.text == Array(expected), "\(text.debugDescription), \(random)")
            #expect(whole.lines == 1...line(whole.bytes.upperBound), "\(random)")
            let all = text.split(separator: "\n", omittingEmptySubsequences: false)
            let (first, last) = (Int.random(in: 1...all.count, using: &random), Int.random(in: 1...9, using: &random))
            guard let part = whole.part(in: first...first + last) else { continue }
            let lines = String(decoding: whole.text, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(
                String(decoding: part.text, as: UTF8.self)
                    == lines[part.lines.lowerBound - 1...part.lines.upperBound - 1].joined(separator: "\n"), "\(random)"
            )
            #expect(Array(whole.text[part.bytes]) == part.text, "\(random)")
        }
    }

    @Test func `lines that end in two bytes keep their number, and an impossible gap fills no memory`() {
        var document = Self.passage("a\r\nbc", 0..<5, 1...2)
        document.append(Self.passage("d", 9..<10, 4...4))
        #expect(String(decoding: document.text, as: UTF8.self) == "a\r\nbc\r\n\r\nd")
        #expect(document.part(in: 2...3)?.text == Array("bc\r\n".utf8), "a part ends before its last line end")
        document.append(Self.passage("e", 1 << 50..<1 << 50 + 1, 5...5))
        #expect(document.text.count < 20_000)
        #expect(document.part(in: 90...99) == nil)
    }

    @Test(arguments: [true, false])
    func `a document is found by any name that means it`(hasColumns: Bool) throws {
        var index = try ForgedIndex(seed: 7)
        // A passage has the line of its place, and 99 bytes of a hundred.
        try index.commit(
            [
                ForgedIndex.Document(path: "a.md", metadata: #"{"k":1}"#, texts: ["one", "two", "three", "four"]),
                ForgedIndex.Document(path: "l.jsonl", item: "1", texts: ["x"]),
                ForgedIndex.Document(path: "l.jsonl", item: "2", texts: ["y", "z"]),
                ForgedIndex.Document(path: "odd#1", texts: ["odd"]), ForgedIndex.Document(path: "old", texts: ["old"]),
            ], hasColumns: hasColumns)
        try index.commit([ForgedIndex.Document(path: "old", texts: ["new"])], hasColumns: hasColumns)
        let snapshot = try Snapshot.open(index.directory)
        for (name, expected) in [
            ("a.md", ["a.md 1-4 0,1,2,3"]), ("a.md#2", ["a.md 3-3 2"]), ("a.md:2-3", ["a.md 2-3 1,2"]),
            ("a.md:4", ["a.md 4-4 3"]), ("a.md#4", []), ("a.md:9", []),
            ("l.jsonl", ["l.jsonl#1 1-1 0", "l.jsonl#2 1-2 0,1"]),
            ("l.jsonl#2", ["l.jsonl#2 1-2 0,1"]), ("l.jsonl#2#1", ["l.jsonl#2 2-2 1"]), ("l.jsonl#0", []),
            ("odd#1", ["odd#1 1-1 0"]), ("odd#1#0", ["odd#1 1-1 0"]), ("old", ["old 1-1 0"]), ("nowhere", []), ("", []),
        ] {
            let shown = try snapshot.documents(named: DocumentName(name)).map { document in
                "\(document.name) \(document.text.lines.lowerBound)-\(document.text.lines.upperBound) "
                    + document.passages.map { "\($0)" }.joined(separator: ",")
            }
            #expect(shown == expected, "\(name)")
        }
        let new = try #require(try snapshot.documents(named: DocumentName("old")).first)
        #expect(new.text.text == Array("new".utf8))
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x0A }
}
