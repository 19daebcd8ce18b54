import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool show")
struct CommandLineShowTests {
    private static func show(_ index: SampleIndex, _ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(["show", "--index", index.directory.string] + arguments)
    }

    @Test(
        "prints documents, lines and passages by the names that hits have",
        arguments: [
            ("sea.txt", "The whale swam into the deep of the sea.\n"),
            ("notes/storage.md", "# Storage\n\nInt8 vectors use less storage than floats.\n"),
            ("notes/storage.md:3", "Int8 vectors use less storage than floats.\n"),
            ("notes/storage.md:1-2", "# Storage\n\n"), ("notes/pets.txt#0", "Cats and dogs live together.\n"),
            ("objects.jsonl#one", "A ship on the sea\n"),
            ("objects.jsonl", "# objects.jsonl#one\nA ship on the sea\n# objects.jsonl#2\nA train\n"),
        ])
    func names(name: String, expected: String) async throws {
        let outcome = try await Self.show(try await SampleIndex(), name)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text == expected)
    }

    @Test("JSON has these keys")
    func json() async throws {
        let outcome = try await Self.show(try await SampleIndex(), "objects.jsonl#one", "--json")
        #expect(
            outcome.text == #"{"document":"objects.jsonl#one","passages":[0,0],"bytes":[0,17],"lines":[1,1],"#
                + #""text":"A ship on the sea","metadata":{"year":1851}}"# + "\n")
    }

    @Test(
        "an unknown document ends with 1 and says what to do",
        arguments: ["nowhere.md", "nowhere.md#7", "nowhere.md:9"])
    func unknown(name: String) async throws {
        let outcome = try await Self.show(try await SampleIndex(), name)
        expectFailure(outcome, 1, naming: name, "vectorspool search", "vectorspool explain")
        #expect(outcome.output.isEmpty)
    }

    @Test("a part that a document does not have names the document", arguments: ["sea.txt#7", "sea.txt:9"])
    func unknownPart(name: String) async throws {
        let outcome = try await Self.show(try await SampleIndex(), name)
        expectFailure(outcome, 1, naming: name, "vectorspool show sea.txt", "no such lines")
        #expect(outcome.output.isEmpty)
    }

    @Test("a file of many passages is printed as it was dropped")
    func long() async throws {
        let scratch = try ScratchDirectory()
        let spool = scratch.path.appending("spool")
        try Directory.create(spool.appending("inbox"))
        let text =
            "\n\n\n"
            + (0..<900).map { number in
                "Sentence number \(number) is about ships."
                    + (number % 7 == 0 ? "\n\n    " : number % 3 == 0 ? "\n" : " ")
            }.joined() + "The end.\n"
        try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.appending("inbox").appending("long.txt"))
        let daemon = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        try #require(daemon.status.isSuccess, "\(daemon.error)")
        let outcome = try await CommandLineTool.search(
            "show", "long.txt", "--index", spool.appending("index").string)
        #expect(outcome.text == text)
    }
}
