import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("Commands read the configuration of the daemon")
struct CommandLineConfigurationTests {
    private static let commands = [["search", "sea"], ["info"], ["verify"]]

    /// A configuration that names the index and the model of a sample.
    private func write(_ index: SampleIndex) throws -> FilePath {
        let file = index.scratch.path.appending("vectorspool.yaml")
        let text = """
            spool:
              directory: \(index.scratch.path.appending("elsewhere"))
            index:
              directory: \(index.directory)
            model:
              directory: \(SampleFiles.model)
            """
        try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
        return file
    }

    @Test func `an index needs no option where a configuration names it`() async throws {
        let index = try await SampleIndex()
        let file = try write(index)
        for command in Self.commands {
            let variable = try await CommandLineTool.search.run(command, variables: ["VECTORSPOOL_CONFIG": file.string])
            #expect(variable.status == .exited(0), "\(command): \(variable.error)")
            let option = try await CommandLineTool.search.run(command + ["--config", file.string])
            #expect(option.output == variable.output)
            let home = try await CommandLineTool.search.run(
                command, variables: ["XDG_CONFIG_HOME": index.scratch.path.string])
            #expect(home.output == variable.output)
        }
    }

    @Test func `a variable for a key is enough, and stands over the file`() async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search.run(
            ["info"], variables: ["VECTORSPOOL_INDEX_DIRECTORY": index.directory.string])
        #expect(outcome.status == .exited(0))
        let file = try write(index)
        let over = try await CommandLineTool.search.run(
            ["info"],
            variables: ["VECTORSPOOL_CONFIG": file.string, "VECTORSPOOL_INDEX_DIRECTORY": "/nonexistent"])
        expectFailure(over, 66, naming: "/nonexistent")
    }

    @Test func `a named index stands alone`() async throws {
        let index = try await SampleIndex()
        let outcome = try await CommandLineTool.search.run(
            ["info", "--index", index.directory.string], variables: ["VECTORSPOOL_CONFIG": "/nonexistent.yaml"])
        #expect(outcome.status == .exited(0))
    }

    @Test func `a missing configuration is named`() async throws {
        for command in Self.commands + [["status"]] {
            let outcome = try await CommandLineTool.search.run(command + ["--config", "/nonexistent.yaml"])
            expectFailure(outcome, 78, naming: "/nonexistent.yaml")
        }
    }
}
