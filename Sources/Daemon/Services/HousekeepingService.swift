package import Indexing
package import Ingest
package import Logging
package import Platform
import ServiceLifecycle
package import Spool
import SystemPackage

/// Removes what nobody needs any more, and counts what there is.
///
/// Once an hour: what is older in `done/` and `replaced/` than the configuration keeps, and files of the index that no
/// generation names. Every ten minutes: the bytes of the folders that grow.
package struct HousekeepingService: Service {
    let live: LiveOptions
    let spool: Spool
    let index: IndexWriter
    let board: StatusBoard
    let heart: Heartbeat
    let logger: Logger

    package init(
        live: LiveOptions, spool: Spool, index: IndexWriter, board: StatusBoard,
        heart: Heartbeat = Heartbeat("housekeeping"), logger: Logger
    ) {
        self.live = live
        self.spool = spool
        self.index = index
        self.board = board
        self.heart = heart
        self.logger = logger
    }

    package func run() async throws {
        let thread = ThreadPool(name: "housekeeping", threads: 1)
        await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                await withTaskExecutorPreference(thread) {
                    heart.beat()
                    defer { heart.rest() }
                    if round.isMultiple(of: 6) { clean() } else { count() }
                }
                // A new index is counted soon.
                do { try await Task.sleep(for: .seconds(round == 0 ? 60 : 600)) } catch { return }
                round += 1
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
            let (days, index) = (live.current.keepReplacedDays, live.current.indexing.indexDirectory)
            let needed = try Pruning.needed(beyond: days, in: spool.places, index: index)
            let removed = try spool.purgeReplaced(keepingDays: days, except: needed)
            if removed > 0 { logger.info("removed \(removed) days of replaced/, as spool.keepReplacedDays says") }
        }
        attempt { try spool.journal.purge() }
        for folder in RequestFolders(spool).all { SpoolRequest.removeAbandoned(in: folder.directory) }
        attempt { try Dropper.removeOldLeftovers(in: spool.inbox) }
        // Even where something of done/ cannot be removed.
        attempt { try index.collectGarbage() }
        count()
    }

    /// Counts what lies in the folders that grow, for the status.
    private func count() {
        var folders: [String: FolderUsage] = [:]
        for (name, folder) in [
            ("done", try? spool.root.directory(trusting: "done")),
            ("replaced", try? spool.root.directory(trusting: "replaced")),
            ("failed", try? spool.root.directory(trusting: "failed")),
            ("index", try? OpenDirectory(live.current.indexing.indexDirectory)),
        ] {
            heart.beat()
            if let folder { folders[name] = FolderUsage(of: folder) }
        }
        let counted = folders
        board.note { status in
            var disk = status.disk ?? DiskReport()
            disk.folders = counted
            disk.counted = RealTime.now.timestamp
            status.disk = disk
        }
    }

    private func attempt(_ body: () throws -> Void) {
        heart.beat()
        do {
            try body()
        } catch {
            // The next run tries again, and nothing depends on it.
            logger.warning("cannot clean up: \(error)")
        }
    }
}
