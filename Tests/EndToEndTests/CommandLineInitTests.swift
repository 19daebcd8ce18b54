import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What a person sets up for herself.
@Suite("vectorspool init", .timeLimit(.minutes(10)))
struct CommandLineInitTests {
    private let scratch: ScratchDirectory
    private var home: FilePath { scratch.path.appending("home of 'a'") }
    private var file: FilePath { home.pushing(".config/vectorspool.yaml") }
    private var spool: FilePath { home.pushing(".local/share/vectorspool") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("home of 'a'"))
    }

    private func initialise(
        _ arguments: [String] = ["--model", SampleFiles.model.string], variables: [Environment.Key: String?] = [:]
    ) async throws -> CommandLineTool.Outcome {
        try await run(.search, ["init"] + arguments, variables: variables)
    }

    private func run(
        _ tool: CommandLineTool, _ arguments: [String], variables: [Environment.Key: String?] = [:]
    ) async throws -> CommandLineTool.Outcome {
        let home: [Environment.Key: String?] = ["HOME": home.string, "XDG_DATA_HOME": nil]
        return try await tool.run(arguments, variables: home.merging(variables) { $1 })
    }

    private func contents() throws -> String { String(decoding: try FileContents.read(file), as: UTF8.self) }

    @Test func `it is all that a first search needs`() async throws {
        let outcome = try await initialise()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.lines.first == "Wrote \(file)")
        #expect(outcome.text.contains("Drop files into \(spool.appending("inbox"))\n"))
        // A model without general ranges needs some text to make them from.
        for (name, text) in [("sea", "A whale in the sea.\n"), ("bread", "Rye bread.\n"), ("maps", "Old maps.\n")] {
            try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.pushing("inbox").appending("\(name).txt"))
        }
        let drained = try await run(.daemon, ["--config", file.string, "--once"])
        #expect(drained.status == .exited(0), "\(drained.error)")
        let found = try await run(.search, ["search", "whale", "--json"])
        #expect(found.status == .exited(0), "\(found.error)")
        #expect(found.text.contains("sea.txt"))
    }

    @Test func `only its owner can read what it makes`() async throws {
        _ = try await initialise()
        for folder in [spool, spool.appending("inbox"), file.removingLastComponent()] {
            #expect(try FileStatus.of(folder).permissions == 0o700)
        }
        #expect(try FileStatus.of(file).permissions == 0o600)
    }

    @Test func `a second run changes nothing, and makes what is missing`() async throws {
        _ = try await initialise()
        let before = try contents()
        try Directory.removeTree(spool)
        let again = try await initialise([])
        #expect(again.status == .exited(0), "\(again.error)")
        #expect(again.lines.first == "Kept \(file)")
        #expect(try contents() == before)
        #expect(FileStatus.exists(spool.appending("inbox")))
    }

    @Test func `the folders of the XDG specification count, if they are whole paths`() async throws {
        let outcome = try await initialise(variables: [
            "XDG_CONFIG_HOME": scratch.path.appending("c").string, "XDG_DATA_HOME": "relative",
        ])
        #expect(outcome.lines.first == "Wrote \(scratch.path.appending("c").appending("vectorspool.yaml"))")
        #expect(FileStatus.exists(spool.appending("inbox")))
        let other = try await initialise(variables: ["XDG_DATA_HOME": scratch.path.appending("d").string])
        #expect(other.status == .exited(0))
        #expect(FileStatus.exists(scratch.path.appending("d").pushing("vectorspool/inbox")))
    }

    @Test func `--json has the paths`() async throws {
        let outcome = try await initialise(["--model", SampleFiles.model.string, "--json"])
        let inbox = spool.appending("inbox")
        #expect(
            outcome.text.contains("\"config\":\"\(file)\",\"isNew\":true,\"spool\":\"\(spool)\",\"inbox\":\"\(inbox)\"")
        )
        #expect(outcome.lines.count == 1)
    }

    @Test func `options that contradict the configuration are refused`() async throws {
        _ = try await initialise()
        let before = try contents()
        let other = scratch.path.appending("other")
        expectFailure(try await initialise(["--spool", other.string]), 64, naming: file.string, spool.string)
        expectFailure(try await initialise(["--model", SampleFiles.otherModel.string]), 64, naming: "mean-40")
        #expect(try contents() == before)
        #expect(!FileStatus.exists(other))
        #expect(try await initialise(["--spool", spool.string]).status == .exited(0))
    }

    @Test(arguments: ["notes", "~/notes"]) func `a path must be whole`(path: String) async throws {
        expectFailure(try await initialise(["--spool", path]), 64, naming: "'\(path)'", "whole path")
        #expect(!FileStatus.exists(file))
    }

    @Test func `what is in the way is named, and no configuration is left`() async throws {
        let obstacle = scratch.path.appending("obstacle")
        try AtomicFile.replaceVolatile([], at: obstacle)
        let model = ["--model", SampleFiles.model.string]
        let spooled = try await initialise(["--spool", obstacle.string] + model)
        #expect(spooled.status != .exited(0))
        #expect(spooled.error.contains(obstacle.string))
        expectFailure(try await initialise(["--model", obstacle.string]), 66, naming: obstacle.string)
        expectFailure(try await initialise(model, variables: ["HOME": nil]), 78, naming: "HOME")
        #expect(!FileStatus.exists(file))
    }

    @Test func `a broken configuration is named and kept`() async throws {
        try Directory.create(file.removingLastComponent())
        try AtomicFile.replaceVolatile(Array("spool: [".utf8), at: file)
        expectFailure(try await initialise(), 78, naming: file.string)
        #expect(try contents() == "spool: [")
    }
}
