import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The reader for Python, etc/python/vectorspool.py; Tests/Python/setup.sh makes its virtual environment.
@Suite("The reader for Python")
struct PythonReaderTests {
    private static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
    private static let python = tests.removingLastComponent().appending(".venv/python-reader/bin/python")

    @Test(
        "reads what the product reads, over three precisions, before and after a merge, and the golden files",
        .enabled(if: FileStatus.exists(python)))
    func reader() async throws {
        let scratch = try ScratchDirectory()
        let arguments = [
            Self.tests.appending("Python/reader.py").string,
            try CommandLineTool.search.path.removingLastComponent().string, SampleFiles.model.string,
            Self.tests.appending("ShardsTests/Fixtures/v1").string, scratch.path.string,
        ]
        let result = try await Subprocess.run(
            .path(Self.python), arguments: Arguments(arguments),
            environment: .inherit.updating([
                "VECTORSPOOL_CACHE": try CommandLineTool.cache, "PYTHONDONTWRITEBYTECODE": "1",
            ]),
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        #expect(result.terminationStatus == .exited(0), "\(result.standardOutput) \(result.standardError)")
    }
}
