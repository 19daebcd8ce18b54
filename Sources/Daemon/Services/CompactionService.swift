package import Indexing
package import Ingest
package import Logging
import Maintenance
package import Platform
import ServiceLifecycle
import Shards
package import Spool
import Synchronization
import SystemPackage

/// Keeps the number of shards small, and the index free of dead rows, while the daemon runs.
///
/// It works on a thread that gives way to all others, merges the more the less else there is to do, and stops within some hundred
/// kilobytes when the daemon does.
package struct CompactionService: Service {
    let live: LiveOptions
    let spool: Spool
    let index: IndexWriter
    let board: StatusBoard
    let heart: Heartbeat
    let logger: Logger
    /// How often it looks whether there is something to do.
    let interval: Duration

    package init(
        live: LiveOptions, spool: Spool, index: IndexWriter, board: StatusBoard,
        heart: Heartbeat = Heartbeat("compaction"), interval: Duration = .seconds(5), logger: Logger
    ) {
        self.live = live
        self.spool = spool
        self.index = index
        self.board = board
        self.heart = heart
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        let thread = ThreadPool(name: "compaction", threads: 1)
        let state = Mutex(State())
        await cancelWhenGracefulShutdown {
            await withTaskExecutorPreference(thread) { ThreadPriority.giveWay() }
            while true {
                do { try await Task.sleep(for: interval) } catch { return }
                await withTaskExecutorPreference(thread) {
                    heart.beat()
                    defer { heart.rest() }
                    state.withLock { round(&$0) }
                }
            }
        }
        await thread.finish()
    }

    /// What it remembers from one round to the next.
    private struct State {
        var compactor: Compactor?
        /// The generation after which there was nothing to do, and how hard it looked.
        var content: (generation: Int, effort: CompactionPolicy.Effort)?
        /// When it last looked although nothing had changed: dead rows become too old by themselves.
        var looked = ContinuousClock.now
        /// What it has warned of, so that it does so once.
        var warning: String?
        /// When files of superseded generations can go; nil where there are none.
        var collecting: ContinuousClock.Instant?
        var effort = CompactionPolicy.Effort.busy
    }

    /// Compacts until nothing is left to be done; blocks.
    private func round(_ state: inout State) {
        if let due = state.collecting, due <= .now {
            state.collecting = nil
            try? index.collectGarbage()
        }
        let status = board.status
        guard status.state == .ready, let summary = index.summary else { return }
        let effort: CompactionPolicy.Effort =
            status.inWork == 0 && status.inbox.queued == 0 ? .resting : .busy
        let isKnown = state.content.map { $0 == (summary.generation, effort) } ?? false
        guard !isKnown || state.looked.duration(to: .now) > .seconds(600) else { return }
        state.looked = .now
        var compactor = state.compactor ?? make()
        defer { state.compactor = compactor }
        do {
            while true {
                let outcome = try compactor.step(effort) {
                    heart.beat()
                    return !Task.isCancelled
                }
                switch outcome {
                case .content:
                    state.content = index.summary.map { ($0.generation, effort) }
                    state.warning = nil
                    return
                case .replaced(let report):
                    note(report)
                    // Superseded files go some time after their generations.
                    state.collecting = .now + .seconds(GarbageCollector.graceTime + 1)
                case .overtaken: continue
                case .ended: return
                case .noRoom(let needed, let free):
                    warn(
                        "the index is not compacted: that needs \(needed >> 20) MB of free disk, and there are \(free >> 20)",
                        &state)
                    return
                }
            }
        } catch {
            warn("the index is not compacted: \(error)", &state)
        }
    }

    private func make() -> Compactor {
        Compactor(
            live.current.indexing.indexDirectory, reserve: DiskReport.reserve, committing: index
        ) { [spool] in Set(try spool.work.entries().map(\.name.string)) }
    }

    private func note(_ report: Compactor.Report) {
        logger.info(
            "merged \(report.shards) shards into one of \(report.rows) rows, without \(report.droppedRows) superseded ones"
        )
        guard let summary = index.summary else { return }
        board.note { $0.generation = summary.generation }
    }

    private func warn(_ text: String, _ state: inout State) {
        guard state.warning != text else { return }
        state.warning = text
        logger.warning("\(text)")
    }
}

extension IndexWriter: CompactingIndex {}
