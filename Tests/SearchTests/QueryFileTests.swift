import Foundation
import Platform
import Search
import SystemPackage
import Testing

@Suite("Files of queries")
struct QueryFileTests {
    private func read(_ text: String, name: String = "queries.jsonl") throws -> [Query] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "queries-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = Array(text.utf8)
        var compressor = try ZstandardCompressor()
        let packed = name.hasSuffix(".zst") ? try compressor.compress(bytes.rawSpan) : bytes
        let file = folder.appending(path: name)
        try Data(packed).write(to: file)
        return try QueryFile.read(FilePath(file.path))
    }

    @Test(arguments: ["queries.jsonl", "queries.jsonl.zst"])
    func `queries have an id or none, and may be packed`(name: String) throws {
        let text = #"{"id": 7, "text": "seven"}"# + "\n\n" + #"{"id": null, "text": "none"}"# + "\n"
        #expect(try read(text, name: name) == [Query(id: "7", text: "seven"), Query(text: "none")])
    }

    @Test(arguments: [
        (#"{"text": 1}"#, "line 1, byte 10"), ("{\"text\": \"a\"}\n{\"id\": 1}", "line 2 has no \"text\""),
        (#"{"id": [1], "text": "a"}"#, "neither a string nor a whole number"), ("question", "line 1, byte 1"),
        (#"{"text": " "}"#, "line 1 has an empty \"text\""),
    ])
    func `a faulty query is named with its place`(text: String, expected: String) {
        let error = #expect(throws: SearchError.self) { try read(text) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}
