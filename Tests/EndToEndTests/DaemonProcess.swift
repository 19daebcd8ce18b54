import Foundation
import Platform
import Subprocess
import SystemPackage

/// The built `vectorspoold`, found beside the test executable.
enum DaemonProcess {
    /// The result of a run that ended by itself.
    struct Outcome: Sendable {
        let status: TerminationStatus
        let output: String
        let errors: String
    }

    static let model: FilePath = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return FilePath(repository.path).appending(".models").appending("all-MiniLM-L6-v2")
    }()

    /// `.build/<triple>/release/vectorspoold`, independent of the current folder.
    static var executable: FilePath? {
        var folder = CurrentProcess.executable ?? FilePath(CommandLine.arguments.first ?? "")
        while folder.removeLastComponent() {
            let candidate = folder.appending("vectorspoold")
            if FileStatus.exists(candidate) { return candidate }
        }
        // The runner of swift-testing belongs to the toolchain and receives the test bundle as an argument.
        for argument in CommandLine.arguments where argument.contains(".build/") {
            let candidate = FilePath(argument).removingLastComponent().appending("vectorspoold")
            if FileStatus.exists(candidate) { return candidate }
        }
        return nil
    }

    static let environment: Environment = .inherit.updating([
        "VECTORSPOOL_MODEL_DIRECTORY": model.string, "VECTORSPOOL_SPOOL_SETTLE_SECONDS": "0.05",
        "VECTORSPOOL_COMMIT_MAXIMUM_DELAY_SECONDS": "0.05", "VECTORSPOOL_RUNTIME_STATUS_SECONDS": "0.05",
        "VECTORSPOOL_SPOOL_RESCAN_SECONDS": "1", "VECTORSPOOL_CACHE": try? CommandLineTool.cache,
    ])

    /// Runs it to its end.
    static func run(_ executable: FilePath, _ arguments: [String]) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(executable), arguments: Arguments(arguments), environment: environment,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs it while `body` runs, then sends the signal; `log` receives what it writes to standard error.
    ///
    /// - Throws: what `body` throws; the daemon is killed then.
    static func run(
        _ executable: FilePath, _ arguments: [String], environment: Environment = DaemonProcess.environment,
        log: FilePath = "/dev/null", endingWith signal: Signal = .terminate,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> TerminationStatus {
        let log = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        return try await Subprocess.run(
            .path(executable), arguments: Arguments(arguments), environment: environment, input: .none,
            output: .discarded, error: .fileDescriptor(log, closeAfterSpawningProcess: true)
        ) { execution in
            do {
                try await body()
            } catch {
                try? execution.send(signal: .kill)
                throw error
            }
            try execution.send(signal: signal)
        }.terminationStatus
    }
}
