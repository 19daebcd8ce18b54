import Ingest
import Platform
import Spool
import SystemPackage

/// What a person asks of the daemon with a command, which repeats it when it fails.
enum PersonsRequest: Sendable {
    case flush, pause, resume, retry

    /// More than any plan lets calls of one kind fail.
    private static let attempts = 16

    /// Leaves the request, or does what the command does.
    func perform(in spool: SpoolDirectory) {
        for _ in 0..<Self.attempts where (try? attempt(spool)) != nil { return }
    }

    private func attempt(_ spool: SpoolDirectory) throws {
        // An installation has it from the beginning.
        let requests = try OpenDirectory.making(spool.requests, mode: 0o700)
        switch self {
        case .flush: _ = try SpoolRequest.leave(.flush, in: requests)
        case .pause: try PauseFlag(by: "a test", user: 0, since: RealTime.now.timestamp).write(in: requests)
        case .resume: try PauseFlag.remove(in: requests)
        case .retry:
            let files = try FailedFiles(spool)
            for file in try files.all() { _ = try files.retry(file) }
        }
    }

    /// Whether somebody has paused the daemon.
    static func isPaused(_ spool: SpoolDirectory) -> Bool {
        FileStatus.exists(spool.requests.appending(PauseFlag.fileName))
    }

    /// Whether everything that was asked has been answered.
    static func areAnswered(in spool: SpoolDirectory) throws -> Bool {
        try Directory.entries(of: spool.requests).allSatisfy { entry in
            let name = entry.name.string
            return name.hasPrefix(".") || name.hasSuffix(".answer.json")
        }
    }
}
