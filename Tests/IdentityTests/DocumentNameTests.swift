import Identity
import Testing

@Suite("Names of documents as people give them")
struct DocumentNameTests {
    /// Identifiers as texts, with `|` between path and id.
    private static func texts(_ identifiers: [DocumentIdentifier]) -> [String] {
        identifiers.map { identifier in
            String(decoding: identifier.path, as: UTF8.self)
                + (identifier.item.map { "|" + String(decoding: $0, as: UTF8.self) } ?? "")
        }
    }

    @Test(
        "mean what they say first, then a path and an id, then the same without lines",
        arguments: [
            ("a.md", ["a.md"], []),
            ("a.md:12", ["a.md:12"], ["a.md"]),
            ("a.md:1-2", ["a.md:1-2"], ["a.md"]),
            ("l.jsonl#7", ["l.jsonl#7", "l.jsonl|7"], []),
            ("l.jsonl#7:3", ["l.jsonl#7:3", "l.jsonl|7:3"], ["l.jsonl#7", "l.jsonl|7"]),
            ("a#b#c", ["a#b#c", "a#b|c", "a|b#c"], []),
            ("x\\u{1b}.md:2", ["x\\u{1b}.md:2", "x\u{1b}.md:2"], ["x\\u{1b}.md", "x\u{1b}.md"]),
            ("a.md:", ["a.md:"], []), ("a.md:1-", ["a.md:1-"], []), ("a.md:1-2-3", ["a.md:1-2-3"], []),
            (":12", [":12"], []), ("#7", ["#7"], []), ("a\\x00b", ["a\\x00b"], []), ("", [], []),
        ])
    func meanings(name: String, meanings: [String], withoutLines: [String]) {
        let read = DocumentName(name)
        #expect(Self.texts(read.meanings) == meanings)
        #expect(Self.texts(read.meaningsWithoutLines) == withoutLines)
    }

    @Test("that are not UTF-8 mean their own bytes, also as they are shown")
    func bytes() {
        let bytes: [UInt8] = [0x61, 0xFF]
        #expect(DocumentName(bytes).meanings == [DocumentIdentifier(path: bytes)])
        #expect(DocumentName("a\\xFF").meanings.contains(DocumentIdentifier(path: bytes)))
    }
}
