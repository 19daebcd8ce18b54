import Foundation
import Platform
import Shards
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A spool laid out like an installation, with several users: one runs the daemon, others may drop files.
///
/// Only root can make one. The users need no names, so none are made.
final class SharedSpool: Sendable {
    static let daemon = 64_001
    static let attacker = 64_002
    static let neighbour = 64_003
    static let dropGroup = 64_004

    private static let setpriv = FilePath("/usr/bin/setpriv")
    private static let python = FilePath("/usr/bin/python3")

    /// Whether this process can become other users.
    static var isPossible: Bool {
        CurrentProcess.user == 0 && FileStatus.exists(setpriv) && FileStatus.exists(python)
    }

    let scratch: ScratchDirectory
    var root: FilePath { scratch.path.appending("spool") }
    var inbox: FilePath { root.appending("inbox") }
    var failed: FilePath { root.appending("failed") }
    var index: FilePath { root.appending("index") }
    /// Files that only the daemon could harm.
    var canary: FilePath { scratch.path.appending("canary") }
    private var log: FilePath { scratch.path.appending("log") }
    private var ranges: FilePath { scratch.path.appending("ranges.npy") }

    init() async throws {
        scratch = try ScratchDirectory()
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        // As in systemd/vectorspool.tmpfiles.
        let daemon = Self.daemon
        for (name, mode, group) in [
            ("spool", "755", daemon), ("spool/inbox", "3770", Self.dropGroup), ("spool/failed", "2750", Self.dropGroup),
            ("spool/done", "2750", daemon), ("spool/work", "700", daemon), ("spool/requests", "2771", daemon),
            ("spool/requests/droppers", "3770", Self.dropGroup), ("spool/index", "750", daemon),
            ("canary", "750", daemon), ("canary/folder", "700", daemon),
        ] {
            let path = scratch.path.pushing(FilePath(name))
            try await Self.run("/usr/bin/install", "-d", "-m", mode, "-o", "\(daemon)", "-g", "\(group)", path.string)
        }
        for name in ["secret.txt", "manifest-2.json", "folder/a.txt"] {
            let path = canary.pushing(FilePath(name))
            try AtomicFile.replaceVolatile(Array("canary".utf8), at: path)
            try await Self.run("/usr/bin/chown", "\(daemon):\(daemon)", path.string)
            try await Self.run("/usr/bin/chmod", "600", path.string)
        }
    }

    static func run(_ program: FilePath, _ arguments: String...) async throws {
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw SampleIndex.Failure(message: result.standardError) }
    }

    /// Runs the daemon as its user while `body` runs, then asks it to end.
    func withDaemon(_ body: @escaping @Sendable () async throws -> Void) async throws -> TerminationStatus {
        let log = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        return try await Subprocess.run(
            .path(Self.setpriv), arguments: Arguments(try arguments), environment: environment, input: .none,
            output: .discarded, error: .fileDescriptor(log, closeAfterSpawningProcess: true)
        ) { execution in
            try await body()
            try execution.send(signal: .terminate)
        }.terminationStatus
    }

    /// Runs the daemon as its user until the inbox is empty.
    func once(capabilities: String = "+lease") async throws -> CommandLineTool.Outcome {
        let arguments = try arguments.map { $0.replacing("+lease", with: capabilities) }
        let result = try await Subprocess.run(
            .path(Self.setpriv), arguments: Arguments(arguments + ["--once"]), environment: environment,
            output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 20))
        return CommandLineTool.Outcome(
            status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }

    private var arguments: [String] {
        get throws {
            let user = Self.daemon
            return [
                "--reuid=\(user)", "--regid=\(user)", "--groups=\(Self.dropGroup)", "--inh-caps=+lease",
                "--ambient-caps=+lease", try CommandLineTool.daemon.path.string, "--spool", root.string, "--model",
                SampleFiles.model.string, "--ranges", ranges.string,
            ]
        }
    }

    private var environment: Environment {
        .inherit.updating([
            "VECTORSPOOL_SPOOL_SETTLE_SECONDS": "0.05", "VECTORSPOOL_COMMIT_MAXIMUM_DELAY_SECONDS": "0.05",
            "VECTORSPOOL_SPOOL_RESCAN_SECONDS": "1", "VECTORSPOOL_CACHE": scratch.path.appending("no-cache").string,
        ])
    }

    /// Acts as a member of the drop group for some seconds (Fixtures/dropper.py); returns the printed lines.
    func drop(as user: Int, _ behaviours: [String], seconds: Double) async throws -> [String] {
        let script = FilePath(#filePath).removingLastComponent().appending("Fixtures/dropper.py").string
        let arguments =
            [
                "--reuid=\(user)", "--regid=\(user)", "--groups=\(Self.dropGroup)", Self.python.string, "-B", script,
                inbox.string, "\(seconds)",
            ] + behaviours
        let result = try await Subprocess.run(
            .path(Self.setpriv), arguments: Arguments(arguments), output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        return result.standardOutput.split(separator: "\n").map(String.init)
    }

    /// Runs a shell script as a user who may drop files, or as one who may not.
    func act(as user: Int, mayDrop: Bool = true, _ script: String) async throws -> CommandLineTool.Outcome {
        let groups = mayDrop ? "--groups=\(Self.dropGroup)" : "--clear-groups"
        let variables = environment.updating([
            "VECTORSPOOL_SPOOL_DIRECTORY": root.string, "VECTORSPOOL_INDEX_DIRECTORY": index.string,
            "VECTORSPOOL_MODEL_DIRECTORY": SampleFiles.model.string,
            "VECTORSPOOL": try CommandLineTool.search.path.string, "VECTORSPOOL_CONFIG": nil, "HOME": "/nonexistent",
            "XDG_CONFIG_HOME": nil, "VECTORSPOOL_CACHE": nil,
        ])
        let result = try await Subprocess.run(
            .path(Self.setpriv),
            arguments: Arguments(["--reuid=\(user)", "--regid=\(user)", groups, "/bin/sh", "-c", script]),
            environment: variables, output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 20))
        return CommandLineTool.Outcome(
            status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }

    /// The daemon's standard error.
    var logged: [UInt8] { get throws { try FileContents.read(log) } }

    /// The status page.
    var statusPage: [UInt8] {
        get throws { try FileContents.read(root.appending(".runtime").appending("status.json")) }
    }

    /// Everything below a folder except folders, by path.
    func files(below folder: FilePath) throws -> [FilePath: FileStatus] {
        var found: [FilePath: FileStatus] = [:]
        for entry in try Directory.entries(of: folder) {
            let path = folder.appending(entry.name)
            let status = try FileStatus.of(path)
            if status.kind == .directory {
                found.merge(try files(below: path)) { $1 }
            } else {
                found[path] = status
            }
        }
        return found
    }

    /// The generation of the newest manifest.
    var generation: Int {
        get throws {
            try Directory.entries(of: index).compactMap { entry in
                Int(entry.name.string.replacing("manifest-", with: "").replacing(".json", with: ""))
            }.max() ?? 0
        }
    }

    /// The paths of all live documents.
    func documents() throws -> Set<String> {
        var found: Set<String> = []
        for shard in try Snapshot.open(index).shards {
            var stored: [StoredDocument] = []
            try shard.reader.forEachDocument { _, document in stored.append(document) }
            for document in stored where shard.isLive(document.rows.lowerBound) {
                found.insert(String(decoding: document.document.path, as: UTF8.self))
            }
        }
        return found
    }
}
