import Inbox
import Logging
import ServiceLifecycle

/// Runs the inbox and the pipeline; on shutdown what is in flight is finished and committed.
struct IngestService: Service {
    let inbox: Inbox
    let pipeline: IngestPipeline
    let board: StatusBoard

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
            board.stop()
            inbox.stop()
        }
    }
}
