import Indexing
import Ingest
import Logging
import Platform
import ServiceLifecycle
import Spool

/// Removes old days of `done/` and unnamed files of the index once an hour.
struct HousekeepingService: Service {
    let live: LiveOptions
    let spool: Spool
    let index: IndexWriter
    let logger: Logger

    func run() async throws {
        let thread = ThreadPool(name: "housekeeping", threads: 1)
        await cancelWhenGracefulShutdown {
            while true {
                await withTaskExecutorPreference(thread) { clean() }
                do { try await Task.sleep(for: .seconds(3600)) } catch { return }
            }
        }
        await thread.finish()
    }

    private func clean() {
        do {
            let removed = try spool.purge(keepingDays: live.current.keepDoneDays)
            if removed > 0 { logger.info("removed \(removed) days of done/") }
            try index.collectGarbage()
        } catch {
            // The next run tries again, and nothing depends on it.
            logger.warning("cannot clean up: \(error)")
        }
    }
}
