package import Ingest
package import Logging
import Platform
import ServiceLifecycle
package import Spool

/// Looks four times a second at what people asked for in `requests/`: a pause.
///
/// One look costs a system call or two. A folder on a network file system is seen as well, which events would miss.
package struct RequestService: Service {
    let spool: Spool
    let board: StatusBoard
    let logger: Logger

    private static let interval = Duration.milliseconds(250)

    package init(spool: Spool, board: StatusBoard, logger: Logger) {
        self.spool = spool
        self.board = board
        self.logger = logger
    }

    package func run() async throws {
        let thread = ThreadPool(name: "requests", threads: 1)
        await cancelWhenGracefulShutdown {
            while true {
                await withTaskExecutorPreference(thread) { look() }
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
        await thread.finish()
    }

    /// Looks once; blocks.
    package func look() {
        let flag: PauseFlag?
        do throws(PlatformError) {
            flag = try PauseFlag.read(in: spool.requests)
        } catch {
            // Unknown is neither paused nor not: what was known stays.
            return
        }
        guard board.hold(flag) else { return }
        if let flag {
            logger.notice("\(flag.summary): nothing new is taken, and what is in work is finished")
        } else {
            logger.notice("resumed")
        }
    }
}
