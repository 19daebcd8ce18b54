import Documents
import Identity
import Testing

@Suite("Documents of a file, whatever its format")
struct DocumentStreamTests {
    /// The events in words, the file cut into pieces of a length.
    private func events(_ contents: DocumentFormat.Contents, _ file: String, piece: Int) -> [String] {
        var documents = DocumentStream(contents)
        var result: [String] = []
        var text = ""
        func note() {
            do throws(DocumentFault) {
                while let event = try documents.next() {
                    switch event {
                    case .document(let document):
                        result.append("begin \(document.item ?? "-") line \(document.line?.number ?? 0)")
                        text = String(decoding: document.text, as: UTF8.self)
                    case .text(let piece): text += String(decoding: piece, as: UTF8.self)
                    case .end: result.append("end \(text)")
                    case .continuation(let it): result.append("continues \(it.path) of \(it.claim)")
                    case .fault(_, let line): result.append("fault line \(line.number)")
                    }
                }
            } catch {
                result.append("fault")
            }
        }
        let bytes = Array(file.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            documents.add(Array(bytes[start..<min(start + piece, bytes.count)]))
            note()
        }
        documents.finish()
        note()
        return result
    }

    @Test(arguments: [1, 3, 7, 4096])
    func `a text is one document, its byte order mark left out`(piece: Int) {
        // The mark is seen as such when the first piece has it whole, as those of a file have.
        let mark = piece >= 3 ? "\u{FEFF}" : ""
        #expect(events(.text, mark + "one two three", piece: piece) == ["begin - line 0", "end one two three"])
        #expect(events(.text, "", piece: piece) == ["begin - line 0", "end "])
    }

    @Test(arguments: [1, 3, 7, 4096])
    func `each line is a document or a fault, and blank lines are neither`(piece: Int) {
        let file = """
            {"id": 1, "text": "first"}

            {"id": 2, "text": 7}
            {"id": 3, "title": "A", "text": "third"}
            """
        #expect(
            events(.jsonLines, file, piece: piece) == [
                "begin 1 line 1", "end first", "fault line 3", "begin 3 line 4", "end A third",
            ])
    }

    @Test func `a text that is not UTF-8 is a fault of the file`() throws {
        var documents = DocumentStream(.text)
        documents.add([0x61, 0xFF, 0x62])
        #expect(throws: DocumentFault.self) { try documents.next() }
    }
}
