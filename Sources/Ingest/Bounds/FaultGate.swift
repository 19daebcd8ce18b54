import Identity
package import Logging
package import Platform
import Shards
import SystemPackage

/// Repeats what the system refuses for now: a full disk, a quota, no memory, no descriptors, a folder that may not be written.
///
/// Such a fault is nobody's document's. The pipeline stands still, nothing is lost and no attempt is counted; after 1, 2,
/// 4 ... 60 seconds it tries again by itself.
package struct FaultGate: Sendable {
    /// The daemon is asked to stop while it waits for the system.
    package struct Stopped: Error {}

    let board: StatusBoard
    let logger: Logger
    /// The stage that waits: it rests meanwhile, so that no watchdog takes a pause for a hang.
    var heart: Heartbeat
    /// How long to wait in all; nil for ever.
    let patience: Duration?
    /// Waits; a test's does not.
    let sleep: @Sendable (Duration) async throws -> Void

    package init(
        board: StatusBoard, logger: Logger, heart: Heartbeat, patience: Duration?,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.board = board
        self.logger = logger
        self.heart = heart
        self.patience = patience
        self.sleep = sleep
    }

    /// Runs `body` until it succeeds or fails for another reason.
    ///
    /// - Throws: what `body` throws; `CancellationError`; `Stopped` when the daemon is asked to stop meanwhile; `IngestError` of
    ///   code `.interrupted` when the patience is over.
    package func retrying<Result>(_ what: String, _ body: () throws -> Result) async throws -> Result {
        var pause = Duration.seconds(1)
        var waited = Duration.zero
        while true {
            do {
                let result = try body()
                if waited > .zero {
                    board.resume(heart.name)
                    logger.notice(
                        "\(what): the system has recovered, going on",
                        metadata: [LoggedEvent.key: "\(LoggedEvent.recovered)"])
                }
                return result
            } catch {
                guard let reason = Self.systemFault(error) else {
                    if waited > .zero { board.resume(heart.name) }
                    throw error
                }
                board.pause(heart.name, "\(what): \(reason)")
                if board.isStopping { throw Stopped() }
                if let patience, waited >= patience {
                    throw IngestError(
                        .interrupted,
                        "\(what): \(reason); start again when that is mended, nothing is lost: what was not committed is in "
                            + "work/",
                        cause: error)
                }
                logger.error(
                    "\(what): paused, next try in \(pause): \(reason)",
                    metadata: [LoggedEvent.key: "\(LoggedEvent.paused)"])
                heart.rest()
                try await sleep(pause)
                heart.beat()
                if board.isStopping { throw Stopped() }
                waited += pause
                pause = min(pause * 2, .seconds(60))
            }
        }
    }

    /// What to tell of a fault of the system; nil for any other error.
    ///
    /// Everything that the operating system refuses is one: what a file is at fault for is found in its contents, and told by
    /// other types.
    package static func systemFault(_ error: any Error) -> String? {
        let platform = error as? PlatformError ?? (error as? ShardsError)?.cause
        guard let platform, platform.code == .system else { return nil }
        if let full = platform.fullDisk() { return "\(full), free some space" }
        let advice: String? =
            switch platform.cause {
            case .readOnlyFileSystem: "the file system has become read-only, see 'dmesg'"
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "too many files are open, raise LimitNOFILE"
            case .noMemory: "there is no memory"
            case .ioError: "the device reports an error, see 'dmesg'"
            case .permissionDenied, .notPermitted: "look at its owner and its permissions"
            default: nil
            }
        return "\(platform)" + (advice.map { " (\($0))" } ?? "")
    }
}
