import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Runs a program that was built beside the tests.
struct CommandLineTool {
    /// How a run ended.
    struct Outcome {
        let status: TerminationStatus
        let output: [UInt8]
        let error: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [Substring] { text.split(separator: "\n") }
    }

    /// Where the programs keep what they prepare for their next start: beside them, so that the cache of whoever runs the tests
    /// is left alone, and `swift package clean` removes it.
    static var cache: String {
        get throws { try search.path.removingLastComponent().appending("cache-of-tests").string }
    }

    static let search = CommandLineTool("vectorspool")
    static let daemon = CommandLineTool("vectorspoold")

    private let name: String

    init(_ name: String) {
        self.name = name
    }

    /// The built program: test bundles and programs are put into the same folder.
    var path: FilePath {
        get throws {
            var folder = try #require(CurrentProcess.executable)
            while folder.removeLastComponent() {
                let candidate = folder.appending(name)
                if FileStatus.exists(candidate) { return candidate }
            }
            // Where another program runs the test bundle, it names it in its arguments.
            let bundle = try #require(CommandLine.arguments.first { $0.contains(".xctest") })
            return FilePath(bundle).removingLastComponent().appending(name)
        }
    }

    /// Runs the program to its end.
    ///
    /// - Parameter input: for standard input, which is empty by default.
    func callAsFunction(_ arguments: String..., input: [UInt8] = []) async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// - Parameter variables: what the program's environment has besides.
    func run(
        _ arguments: [String], input: [UInt8] = [], variables: [Environment.Key: String?] = [:]
    ) async throws -> Outcome {
        // Nothing of the machine's own configuration may decide a test.
        let environment = Environment.inherit.updating([
            "VECTORSPOOL_MODEL": nil, "NO_COLOR": nil, "VECTORSPOOL_CACHE": try Self.cache,
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
        // A file and no pipe: a program that ends without reading a pipe would end the tests by SIGPIPE.
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
        let program = try path.string
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(["-c", line, program] + arguments),
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try Self.cache]), output: .bytes(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }
}

/// Checks that a run failed as `sysexits.h` would have it, and that the message names what is at fault.
func expectFailure(
    _ outcome: CommandLineTool.Outcome, _ code: Int32, naming names: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.status == .exited(code), "\(outcome.error)", sourceLocation: sourceLocation)
    for name in names {
        #expect(outcome.error.contains(name), sourceLocation: sourceLocation)
    }
}
