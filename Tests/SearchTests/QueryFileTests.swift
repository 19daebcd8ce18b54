import Foundation
import Platform
import Search
import SystemPackage
import TestSupport
import Testing

@Suite("Files of queries")
struct QueryFileTests {
    private static func file(_ bytes: [UInt8], _ name: String, in scratch: ScratchDirectory) throws -> QueryFile {
        var compressor = try ZstandardCompressor()
        let packed = name.hasSuffix(".zst") ? try compressor.compress(bytes.rawSpan) : bytes
        let path = scratch.path.appending(name)
        try AtomicFile.replaceVolatile(packed, at: path)
        return try QueryFile(path)
    }

    /// All queries, and what ended them.
    private static func read(
        _ bytes: [UInt8], name: String = "queries", atMost count: Int = 2
    ) async throws -> (queries: [Query], error: (any Error)?) {
        let scratch = try ScratchDirectory()
        let file = try file(bytes, name, in: scratch)
        var queries: [Query] = []
        do {
            while let next = try await file.next(atMost: count, waiting: true) {
                #expect((1...count).contains(next.count))
                queries += next
            }
        } catch {
            return (queries, error)
        }
        return (queries, nil)
    }

    @Test(arguments: ["queries.jsonl", "queries.jsonl.zst", "queries.txt"])
    func `queries have an id or none, and may be packed`(name: String) async throws {
        let text = #"{"id": 7, "text": "seven"}"# + "\n\n" + #"{"id": null, "text": "none"}"# + "\n"
        let found = try await Self.read(Array(text.utf8), name: name)
        #expect(found.queries == [Query(id: "7", text: "seven"), Query(text: "none")])
        #expect(found.error == nil)
    }

    @Test(
        arguments: [
            ("", []), ("\n \n", []), ("a", ["a"]), ("a b\n+c \"d e\"\n", ["a b", "+c \"d e\""]),
            ("\n\na\r\n\r\n  b\t\nc", ["a", "b", "c"]), ("\u{FEFF}a\nb\nc\nd", ["a", "b", "c", "d"]),
            ("[1]\n{\"text\": \"no object here\"}", ["[1]", "{\"text\": \"no object here\"}"]),
            (" \n  {\"text\": \"an object\"}\n{\"text\": \"b\"}", ["an object", "b"]), ("-x\n- y", ["-x", "- y"]),
        ] as [(String, [String])])
    func `each line is a query, or each object where the first line begins with one`(
        text: String, expected: [String]
    ) async throws {
        let found = try await Self.read(Array(text.utf8))
        #expect(found.queries == expected.map { Query(text: $0) })
        #expect(found.error == nil)
    }

    @Test(
        arguments: [
            (#"{"text": 1}"#, 0, "line 1, byte 10"), ("{\"text\": \"a\"}\n{\"id\": 1}", 1, "line 2 has no \"text\""),
            (#"{"id": [1], "text": "a"}"#, 0, "neither a string nor a whole number"),
            ("{\"text\": \"a\"}\nquestion", 1, "line 2, byte 1"),
            (#"{"text": " "}"#, 0, "line 1 has an empty \"text\""),
            ("{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n{", 3, "line 5"),
        ])
    func `a faulty query is named with its place, after those before it`(
        text: String, answered: Int, expected: String
    ) async throws {
        for count in [1, 2, 32] {
            let found = try await Self.read(Array(text.utf8), atMost: count)
            #expect(found.queries.count == answered)
            let error = try #require(found.error as? SearchError)
            #expect(error.description.contains(expected), "\(error)")
            #expect(error.path?.hasSuffix("/queries") == true)
        }
    }

    @Test func `text that is not UTF-8, and damaged files, are told`() async throws {
        let found = try await Self.read(Array("one\ntw".utf8) + [0xE9, 0x0A])
        #expect(found.queries == [Query(text: "one")])
        #expect("\(try #require(found.error))".contains("(0xE9, line 2) is not valid UTF-8; convert the queries"))
        let scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([1, 2, 3, 4, 5], at: scratch.path.appending("a.zst"))
        let file = try QueryFile(scratch.path.appending("a.zst"))
        await #expect(throws: SearchError.self) { try await file.next(atMost: 1, waiting: true) }
    }

    @Test(.timeLimit(.minutes(10)))
    func `what a pipe has is given at once, and the end is told when it is known`() async throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("pipe")
        try SpecialFiles.makePipe(at: path)
        // Opened for both, so that neither end waits for the other.
        let both = try OwnedDescriptor.open(path, O_RDWR)
        let writer = try OwnedDescriptor.open(path, O_WRONLY)
        let file = try QueryFile(path)
        #expect(try await file.next(atMost: 8, waiting: false) == [])
        try writer.write(Array("first\nsecond\nthi".utf8).rawSpan)
        #expect(try await file.next(atMost: 8, waiting: true) == [Query(text: "first"), Query(text: "second")])
        #expect(try await file.next(atMost: 8, waiting: false) == [])
        try writer.write(Array("rd\nfourth".utf8).rawSpan)
        #expect(try await file.next(atMost: 8, waiting: false) == [Query(text: "third")])
        try both.close()
        try writer.close()
        #expect(try await file.next(atMost: 8, waiting: false) == [Query(text: "fourth")])
        #expect(try await file.next(atMost: 8, waiting: false) == nil)
        #expect(try await file.next(atMost: 8, waiting: true) == nil)
    }
}
