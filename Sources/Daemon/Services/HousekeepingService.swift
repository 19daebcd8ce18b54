package import Indexing
package import Ingest
package import Logging
import Platform
import ServiceLifecycle
package import Spool

/// Once an hour: removes what is older in `done/` and `replaced/` than the configuration keeps, and files of the index that no generation names.
package struct HousekeepingService: Service {
    let live: LiveOptions
    let spool: Spool
    let index: IndexWriter
    let logger: Logger

    package init(live: LiveOptions, spool: Spool, index: IndexWriter, logger: Logger) {
        self.live = live
        self.spool = spool
        self.index = index
        self.logger = logger
    }

    package func run() async throws {
        let thread = ThreadPool(name: "housekeeping", threads: 1)
        await cancelWhenGracefulShutdown {
            while true {
                await withTaskExecutorPreference(thread) { clean() }
                do { try await Task.sleep(for: .seconds(3600)) } catch { return }
            }
        }
        await thread.finish()
    }

    /// Cleans once; blocks.
    package func clean() {
        attempt {
            let removed = try spool.purgeDone(keepingDays: live.current.keepDoneDays)
            if removed > 0 { logger.info("removed \(removed) files of done/, as spool.keepDoneDays says") }
        }
        attempt {
            let removed = try spool.purgeReplaced(keepingDays: live.current.keepReplacedDays)
            if removed > 0 { logger.info("removed \(removed) days of replaced/, as spool.keepReplacedDays says") }
        }
        attempt { try spool.journal.purge() }
        // Even where something of done/ cannot be removed.
        attempt { try index.collectGarbage() }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            // The next run tries again, and nothing depends on it.
            logger.warning("cannot clean up: \(error)")
        }
    }
}
