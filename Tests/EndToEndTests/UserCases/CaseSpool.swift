import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A spool of its own for the input of a user's case, and the built programs that work on it.
struct CaseSpool: Sendable {
    let scratch: ScratchDirectory
    var root: FilePath { scratch.path.appending("spool") }
    var inbox: FilePath { root.appending("inbox") }
    var done: FilePath { root.appending("done") }
    var failed: FilePath { root.appending("failed") }
    var replaced: FilePath { root.appending("replaced") }
    var log: FilePath { scratch.path.appending("log") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("spool").appending("inbox"))
        // A few words are too little to make ranges from.
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(
            SampleFiles.array([ones.map { -$0 }, ones]), at: scratch.path.appending("ranges.npy"))
    }

    /// An input of a case, as its folder has it.
    static func input(_ path: String) -> FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures/cases")
            .pushing(FilePath(path))
    }

    /// Puts an input of a case into the inbox, a file or a folder.
    func drop(_ input: String, as name: String? = nil) throws {
        let source = Self.input(input)
        try Directory.copyTree(source, to: inbox.appending(name ?? source.lastComponent?.string ?? ""))
    }

    /// Puts a file into the inbox.
    func write(_ bytes: [UInt8], as name: String) throws {
        let path = inbox.pushing(FilePath(name))
        try Directory.create(path.removingLastComponent())
        try AtomicFile.replaceVolatile(bytes, at: path)
    }

    func write(_ text: String, as name: String) throws { try write(Array(text.utf8), as: name) }

    /// The text of a file below the spool.
    func text(_ path: FilePath) throws -> String { String(decoding: try FileContents.read(path), as: UTF8.self) }

    /// The daemon's arguments.
    var arguments: [String] {
        [
            "--spool", root.string, "--model", SampleFiles.model.string, "--ranges",
            scratch.path.appending("ranges.npy").string,
        ]
    }

    /// Lets the daemon take what is in the inbox.
    func once(
        _ code: Int32 = 0, _ variables: [Environment.Key: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> CommandLineTool.Outcome {
        let outcome = try await CommandLineTool.daemon.run(
            arguments + ["--once"],
            variables: variables.merging(["VECTORSPOOL_SPOOL_SETTLE_SECONDS": "0.05"]) { given, _ in given })
        #expect(outcome.status == .exited(code), "\(outcome.error)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs a command with a configuration that names this spool.
    func command(_ words: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(
            words,
            variables: [
                "VECTORSPOOL_SPOOL_DIRECTORY": root.string, "VECTORSPOOL_MODEL_DIRECTORY": SampleFiles.model.string,
            ])
    }

    /// The identifiers and texts of all documents, by a search that keeps everything; the tiny model ranks at random.
    func documents() async throws -> [String: String] {
        let outcome = try await command("search", "anything", "-k", "5000", "--json")
        var found: [String: String] = [:]
        for line in outcome.lines {
            let hit = try Hit(line)
            found[hit.document] = hit.text
        }
        return found
    }

    /// Runs the daemon while `body` runs, then asks it to end.
    ///
    /// - Parameters:
    ///   - prefix: what runs it, such as `unshare`.
    ///   - variables: more for its environment.
    ///   - body: runs meanwhile.
    /// - Throws: what `body` throws; the daemon is killed then.
    func withDaemon(
        _ prefix: [String] = [], _ variables: [Environment.Key: String?] = [:],
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let words = prefix + [try CommandLineTool.daemon.path.string] + arguments
        let environment = DaemonProcess.environment.updating(["VECTORSPOOL_MODEL_DIRECTORY": nil]).updating(variables)
        let status = try await DaemonProcess.run(
            FilePath(words[0]), Array(words.dropFirst()), environment: environment, log: log, body)
        #expect(status == .exited(0))
    }

    /// Waits until `condition` holds; the time limit of the suite ends what never does.
    func wait(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(50)) }
    }

    /// The paths of the files below a folder, in order.
    func files(in folder: FilePath) throws -> [String] {
        guard FileStatus.exists(folder) else { return [] }
        var found: [String] = []
        for entry in try Directory.entries(of: folder) {
            let name = entry.name.string
            if entry.kind == .directory {
                found += try files(in: folder.appending(entry.name)).map { name + "/" + $0 }
            } else {
                found.append(name)
            }
        }
        return found.sorted()
    }
}
