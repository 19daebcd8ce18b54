import Identity
import Platform
import Spool
import SystemPackage
import Testing

@Suite("Names of documents in a spool")
struct DocumentNamePlacesTests {
    private static let spool = SpoolDirectory("/s")

    @Test(
        "are read from where the file lies, then below the inbox, then below the spool",
        arguments: [
            ("a.md", "/home", ["a.md"]),
            ("./n/../a.md", "/home", ["a.md"]),
            ("a.md", "/s/failed/n", ["n/a.md", "a.md"]),
            ("/s/done/n/a.md:12", "/home", ["n/a.md:12", "n/a.md"]),
            ("/s/done/n/a.md.vectorspool-file:12", "/home", ["n/a.md.vectorspool-file:12", "n/a.md"]),
            ("/s/replaced/2026-11-27/a.md", nil, ["a.md"]),
            ("done/a.md", "/home", ["done/a.md", "a.md"]),
            ("done/a.md", "/s", ["a.md", "done/a.md"]),
            ("done/l.jsonl#7", nil, ["done/l.jsonl#7", "done/l.jsonl|7", "l.jsonl#7", "l.jsonl|7"]),
            ("l.jsonl#http://x", nil, ["l.jsonl#http:/x", "l.jsonl|http://x"]),
            ("/etc/passwd", "/home", []), ("../../x", "/home", []), ("/s/done", "/home", []),
        ] as [(String, String?, [String])])
    func files(name: String, current: String?, expected: [String]) {
        let files = DocumentName(name).files(in: Self.spool, from: current.map { FilePath($0) })
        let texts = files.map { path, item in
            path.string + (item.map { "|" + String(decoding: $0, as: UTF8.self) } ?? "")
        }
        #expect(texts == expected)
    }

    @Test("that are shown in another form mean the file in the current folder")
    func shown() {
        let files = DocumentName("bad\\xFF.txt").files(in: Self.spool, from: "/s/failed/n")
        let bytes = Array("n/bad".utf8) + [0xFF] + Array(".txt".utf8)
        #expect(files.contains { $0.path.bytes == bytes })
    }
}
