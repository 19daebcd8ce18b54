import Logging
import Platform
import Shards
import SystemPackage

/// Repeats what the system refuses for now: a full disk, a quota, no memory, no descriptors.
///
/// Such a fault is nobody's document's. The pipeline stands still, nothing is lost and no attempt is counted; after 1, 2,
/// 4 ... 60 seconds it tries again by itself.
struct FaultGate: Sendable {
    let board: StatusBoard
    let logger: Logger
    /// How often to try in all; nil for ever.
    let attempts: Int?
    /// Waits; a test's does not.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Runs `body` until it succeeds or fails for another reason.
    ///
    /// - Throws: what `body` throws; `CancellationError`; `IngestError` of code `.cannotWrite` after the last attempt, or
    ///   when the daemon is asked to stop meanwhile.
    func retrying<Result>(_ what: String, _ body: () throws -> Result) async throws -> Result {
        var pause = Duration.seconds(1)
        var count = 0
        while true {
            do {
                let result = try body()
                if count > 0 {
                    board.resume()
                    logger.notice("\(what): the system has recovered, going on")
                }
                return result
            } catch {
                guard let reason = Self.systemFault(error) else { throw error }
                count += 1
                board.pause("\(what): \(reason)")
                guard attempts.map({ count < $0 }) ?? true, !board.isStopping else {
                    throw IngestError(
                        .cannotWrite,
                        "\(what): \(reason); free some space or lift the limit and start again, nothing is lost: what was "
                            + "not committed is in work/",
                        cause: error)
                }
                logger.error("\(what): paused, next try in \(pause): \(reason)", metadata: ["attempt": "\(count)"])
                try await sleep(pause)
                pause = min(pause * 2, .seconds(60))
            }
        }
    }

    /// What to tell of a fault of the system; nil for any other error.
    static func systemFault(_ error: any Error) -> String? {
        let platform = error as? PlatformError ?? (error as? ShardsError)?.cause
        guard let platform, let cause = platform.cause, cause.isSystemFault else { return nil }
        let advice: String =
            switch cause {
            case .noSpace: "the disk is full, free some space"
            case .diskQuotaExceeded: "the quota is used up, free some space"
            case .readOnlyFileSystem: "the file system has become read-only, see 'dmesg'"
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "too many files are open, raise LimitNOFILE"
            case .noMemory: "there is no memory"
            default: "the device reports an error, see 'dmesg'"
            }
        return "\(platform) (\(advice))"
    }
}
