import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Runs a program that was built beside the tests.
struct CommandLineTool {
    /// The result of a run.
    struct Outcome {
        let status: TerminationStatus
        let output: [UInt8]
        let error: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [Substring] { text.split(separator: "\n") }
    }

    /// The cache of the programs, beside them, so the user's cache stays untouched and `swift package clean` removes
    /// this one.
    static var cache: String {
        get throws { try search.path.removingLastComponent().appending("cache-of-tests").string }
    }

    static let search = CommandLineTool("vectorspool")
    static let daemon = CommandLineTool("vectorspoold")

    private let name: String

    init(_ name: String) {
        self.name = name
    }

    /// The built program, which is in the same folder as the test bundle.
    var path: FilePath {
        get throws {
            var folder = try #require(CurrentProcess.executable)
            while folder.removeLastComponent() {
                let candidate = folder.appending(name)
                if FileStatus.exists(candidate) { return candidate }
            }
            // When another program runs the test bundle, its arguments name the bundle.
            let bundle = try #require(CommandLine.arguments.first { $0.contains(".xctest") })
            return FilePath(bundle).removingLastComponent().appending(name)
        }
    }

    /// Runs the program to its end, with `input` as standard input, which is empty by default.
    func callAsFunction(_ arguments: String..., input: [UInt8] = []) async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// Runs the program to its end, with `variables` added to its environment.
    func run(
        _ arguments: [String], input: [UInt8] = [], variables: [Environment.Key: String?] = [:]
    ) async throws -> Outcome {
        // The configuration of the machine must not affect a test.
        let environment = Environment.inherit.updating([
            "VECTORSPOOL_MODEL": nil, "NO_COLOR": nil, "COLUMNS": nil, "VECTORSPOOL_CACHE": try Self.cache,
            "VECTORSPOOL_CONFIG": nil, "HOME": "/nonexistent", "XDG_CONFIG_HOME": nil,
        ])
        .updating(variables)
        let arguments = Arguments(arguments)
        if input.isEmpty {
            let result = try await Subprocess.run(
                .path(path), arguments: arguments, environment: environment, output: .bytes(limit: 64 << 20),
                error: .string(limit: 1 << 20))
            return Outcome(
                status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
        }
        // A file rather than a pipe: a program that ends without reading a pipe would end the tests by SIGPIPE.
        let scratch = try ScratchDirectory()
        let file = scratch.path.appending("input")
        try AtomicFile.replaceVolatile(input, at: file)
        let descriptor = try FileDescriptor.open(file, .readOnly)
        let result = try await Subprocess.run(
            .path(path), arguments: arguments, environment: environment,
            input: .fileDescriptor(descriptor, closeAfterSpawningProcess: true), output: .bytes(limit: 64 << 20),
            error: .string(limit: 1 << 20))
        return Outcome(status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }

    /// Runs a line of shell, in which `$0` is the program.
    func shell(_ line: String, _ arguments: String...) async throws -> Outcome {
        try await shell(line, arguments)
    }

    func shell(_ line: String, _ arguments: [String]) async throws -> Outcome {
        let program = try path.string
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(["-c", line, program] + arguments),
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try Self.cache]), output: .bytes(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }
}

/// Checks that a run failed with a code of `sysexits.h`, and that the message names the cause.
func expectFailure(
    _ outcome: CommandLineTool.Outcome, _ code: Int32, naming names: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.status == .exited(code), "\(outcome.error)", sourceLocation: sourceLocation)
    for name in names {
        #expect(outcome.error.contains(name), sourceLocation: sourceLocation)
    }
}
