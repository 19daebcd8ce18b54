import Ingest
import Platform
import Spool

extension DaemonRun {
    /// The longest run.
    private static let limit = Duration.seconds(20)
    /// A start may fail as often as the system is at fault, and once more.
    private static let startLimit = 8
    /// A child of another point inherits the lock's descriptor between fork and exec.
    private static let lockLimit = 1000

    /// Starts a daemon and lets it drain its inbox.
    ///
    /// - Parameters:
    ///   - options: its configuration.
    ///   - isForgiving: whether a start may fail, and is repeated, as the service manager does.
    /// - Throws: `Trouble`.
    static func wholly(_ options: IngestOptions, isForgiving: Bool) async throws {
        try await begin(options, isForgiving: isForgiving).finish()
    }

    /// Starts a daemon that goes on until all is answered that people have asked for.
    ///
    /// - Parameters:
    ///   - options: its configuration.
    ///   - isForgiving: whether a start may fail.
    /// - Throws: `Trouble`.
    static func untilAnswered(_ options: IngestOptions, isForgiving: Bool) async throws {
        try await begin(options, isForgiving: isForgiving, isDraining: false).finish()
    }

    private static func begin(
        _ options: IngestOptions, isForgiving: Bool, isDraining: Bool = true
    ) async throws -> DaemonRun {
        let thread = ThreadPool(name: "start", threads: 1)
        defer { thread.stop() }
        var (failures, waits) = (0, 0)
        while true {
            do {
                // In a separate task, so that the site of a call does not depend on the caller of the start.
                return try await Task(executorPreference: thread) { try DaemonRun(options, isDraining: isDraining) }
                    .value
            } catch let error as SpoolError where error.code == .busy && waits < lockLimit {
                waits += 1
                try await Task.sleep(for: .milliseconds(1))
            } catch {
                failures += 1
                let status = (error as? any ExitCoded)?.exitCode ?? (error is PlatformError ? 73 : 1)
                guard status == 73, failures < startLimit, isForgiving else {
                    throw Trouble(.ended, "the start, with \(status): \(error)")
                }
            }
        }
    }

    private func finish() async throws {
        let outcome = Outcome()
        let task = Task {
            do {
                try await run()
                outcome.settle(nil)
            } catch {
                outcome.settle(Trouble(.ended, "\(error)"))
            }
        }
        let clock = Task {
            if (try? await Task.sleep(for: Self.limit)) != nil {
                outcome.settle(
                    Trouble(.stuck, "not over after \(Self.limit): \(board.status.pausedReason ?? "no reason")"))
            }
        }
        let trouble = await outcome.wait()
        clock.cancel()
        if let trouble {
            task.cancel()
            throw trouble
        }
        await task.value
    }
}
