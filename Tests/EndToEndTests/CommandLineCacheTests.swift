import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The files that programs keep for their next start.
@Suite struct CommandLineCacheTests {
    private let scratch: ScratchDirectory
    private let texts: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        texts = scratch.path.appending("texts.txt")
        try AtomicFile.replaceVolatile(Array("one sentence\nand another one\n".utf8), at: texts)
    }

    private func encode(
        to name: String, cache: FilePath, _ arguments: String...
    ) async throws -> [UInt8] {
        let output = scratch.path.appending(name)
        let outcome = try await CommandLineTool.search.run(
            ["encode", "--model", SampleFiles.model.string, "--output", output.string] + arguments + [texts.string],
            variables: ["VECTORSPOOL_CACHE": cache.string])
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        return try FileContents.read(output)
    }

    @Test func twoFirstStartsAtOnceAndOnesAfter() async throws {
        let cache = scratch.path.appending("cache")
        let expected = try await encode(to: "plain.npy", cache: cache, "--no-weights-cache")
        #expect(!FileStatus.exists(cache))
        async let first = encode(to: "first.npy", cache: cache)
        async let second = encode(to: "second.npy", cache: cache)
        #expect(try await first == expected)
        #expect(try await second == expected)
        let entries = try Directory.entries(of: cache).map(\.name.string)
        #expect(entries.count == 2, "\(entries)")
        #expect(try await encode(to: "third.npy", cache: cache) == expected)
    }

    @Test func aCacheThatCannotBeWrittenIsDoneWithout() async throws {
        let outcome = try await CommandLineTool.search.run(
            [
                "encode", "--model", SampleFiles.model.string, "--output", scratch.path.appending("v.npy").string,
                texts.string,
            ], variables: ["VECTORSPOOL_CACHE": texts.appending("below-a-file").string])
        #expect(outcome.status == .exited(0))
        #expect(!outcome.error.contains("cache"))
    }
}
