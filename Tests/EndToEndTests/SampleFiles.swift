import Platform
import Subprocess
import SystemPackage
import TestSupport

/// Files for command-line tests: copies of the tiny models and of the arrays of other tests.
enum SampleFiles {
    private static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()

    /// A BERT of 40 dimensions and random weights.
    static let model = tests.appending("EncodingTests/Fixtures/models/mean-40")
    /// Another, of 48 dimensions.
    static let otherModel = tests.appending("EncodingTests/Fixtures/models/cls-48")

    /// Arrays that sentence-transformers quantized: embeddings, ranges and the five results.
    static func quantized(_ name: String) -> FilePath {
        tests.appending("QuantizationTests/Fixtures").appending(name)
    }

    /// A copy of a folder that a test may damage.
    static func copy(_ folder: FilePath, to path: FilePath) throws -> FilePath {
        try Directory.copyTree(folder, to: path)
        return path
    }

    /// A NumPy array of float32 rows.
    static func array(_ rows: [[Float]]) -> [UInt8] {
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows.count), \(rows.first?.count ?? 0)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
        for value in rows.joined() { bytes.append(littleEndian: value.bitPattern) }
        return bytes
    }
}

/// An index of five small documents, made by the daemon with the tiny model.
struct SampleIndex {
    let scratch: ScratchDirectory
    let directory: FilePath
    var spool: FilePath { scratch.path.appending("spool") }

    init() async throws {
        scratch = try ScratchDirectory()
        let spool = scratch.path.appending("spool")
        directory = spool.appending("index")
        let inbox = spool.appending("inbox")
        try Directory.create(inbox.appending("notes"))
        let documents = [
            "notes/storage.md": "# Storage\n\nInt8 vectors use less storage than floats.\n",
            "notes/pets.txt": "Cats and dogs live together.\n",
            "empty query.txt": "Names may have spaces.\n",
            "sea.txt": "The whale swam into the deep of the sea.\n",
            "objects.jsonl":
                "{\"id\":\"one\",\"text\":\"A ship on the sea\",\"year\":1851}\n{\"id\":2,\"text\":\"A train\"}\n",
        ]
        for (name, text) in documents {
            try AtomicFile.replaceVolatile(Array(text.utf8), at: inbox.appending(name))
        }
        let outcome = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        guard outcome.status.isSuccess else { throw Failure(message: outcome.error) }
    }

    struct Failure: Error {
        let message: String
    }

    /// The names of the files in the index directory with this prefix.
    func files(_ prefix: String) throws -> [FilePath] {
        try Directory.entries(of: directory).filter { $0.name.string.hasPrefix(prefix) }
            .map { directory.appending($0.name) }
    }

    func search(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(
            ["search", "--index", directory.string, "--model", SampleFiles.model.string] + arguments)
    }
}
