import Inbox
import Ingest
import Logging
import Platform
import ServiceLifecycle

/// Runs the inbox and the pipeline; at shutdown it finishes and commits the current work.
struct IngestService: Service {
    let inbox: Inbox
    let pipeline: IngestPipeline
    let board: StatusBoard
    let notifier: ServiceNotifier

    /// The longest orderly stop; the next start takes over the remaining work.
    static let stopLimit = Duration.seconds(8)

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                group.addTask {
                    defer { inbox.stop() }
                    try await pipeline.run()
                }
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            notifier.stopping(extending: Self.stopLimit)
            ExitDeadline.set(
                after: Self.stopLimit,
                message: "vectorspoold: a thread does not stop, so the process ends; uncommitted files are in work/"
            )
            board.stopping.request()
            inbox.stop()
        }
    }
}
