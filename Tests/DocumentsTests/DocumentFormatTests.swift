import Documents
import SystemPackage
import Testing

@Suite("The format of a name")
struct DocumentFormatTests {
    @Test(
        "says what is in the file, also of mended lines that lie beside it",
        arguments: [
            ("a.txt", .text), ("a.MD", .text), ("notes", .text), ("a.jsonl", .jsonLines), ("a.ndjson.zst", .jsonLines),
            ("a.jsonl.vectorspool-lines-0dn6r66te0mco4p5yjntw.0009.1q", .jsonLines), ("a.pdf", nil),
        ] as [(FilePath.Component, DocumentFormat.Contents?)])
    func contents(name: FilePath.Component, expected: DocumentFormat.Contents?) {
        #expect(DocumentFormat(name: name)?.contents == expected)
    }
}
