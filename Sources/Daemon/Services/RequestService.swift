import Identity
import Indexing
package import Ingest
package import Logging
package import Platform
import ServiceLifecycle
package import Spool
import SystemPackage

/// Looks four times a second at what people asked for in `requests/`: a pause, an answer when all is committed, to forget.
///
/// One look costs a few system calls. A folder on a network file system is seen as well, which events would miss.
///
/// It also looks whether the daemon's own folders still have their places. Where one was replaced, as by a restore, the
/// daemon would go on in the old one, which nobody sees: it ends instead, and the service manager starts it anew.
package struct RequestService: Service {
    let spool: Spool
    let live: LiveOptions
    let board: StatusBoard
    /// Whether another folder has the name of the index.
    let isIndexReplaced: @Sendable () -> Bool
    let heart: Heartbeat
    let logger: Logger

    let interval: Duration

    private static let longestRest: Duration = .seconds(2)

    package init(
        spool: Spool, live: LiveOptions, board: StatusBoard, isIndexReplaced: @escaping @Sendable () -> Bool,
        heart: Heartbeat = Heartbeat("requests"), logger: Logger, interval: Duration = .milliseconds(250)
    ) {
        self.spool = spool
        self.live = live
        self.board = board
        self.isIndexReplaced = isIndexReplaced
        self.heart = heart
        self.logger = logger
        self.interval = interval
        // Before anything is claimed.
        board.forgets.unread.attend()
    }

    package func run() async throws {
        let thread = ThreadPool(name: "requests", threads: 1)
        let stop = try EventSignal()
        let lost = await cancelWhenGracefulShutdown {
            await withTaskCancellationHandler {
                // Here alone: whoever waits for the shutdown must not wait behind it.
                await withTaskExecutorPreference(thread) { work(until: stop) }
            } onCancel: {
                stop.ring()
            }
        }
        await thread.finish()
        guard let lost else { return }
        throw DaemonError(
            .cannotWrite,
            "\(lost) was removed or replaced while the daemon worked in it, so it ends; started again it goes on with what lies "
                + "there now")
    }

    /// Looks again and again; blocks its thread.
    ///
    /// It rests in a system call: a task that sleeps wakes three threads each time, which is most of what an idle daemon would
    /// use.
    ///
    /// - Returns: the folder that has lost its place; nil when it was stopped.
    private func work(until stop: EventSignal) -> FilePath? {
        var retries = RetryRequests(spool: spool, logger: logger)
        var flushes = FlushRequests(spool: spool, live: live, board: board)
        var forgets = ForgetRequests(spool: spool, live: live, board: board, heart: heart)
        var complaints: [PlatformError] = []
        defer { heart.rest() }
        // Even one that is to stop has looked once, and answers what was done at the end.
        while true {
            let isLast = Task.isCancelled
            let began = ContinuousClock.now
            heart.beat()
            if let lost = spool.misplaced ?? (isIndexReplaced() ? live.current.indexing.indexDirectory : nil) {
                return lost
            }
            lookForPause()
            // Those who wait for one kind of answer do not wait for another kind; the next look tries again.
            var met: [PlatformError] = []
            do throws(PlatformError) { try forgets.look() } catch { met.append(error) }
            do throws(PlatformError) { try retries.look() } catch { met.append(error) }
            do throws(PlatformError) { try flushes.look() } catch { met.append(error) }
            for error in met where !complaints.contains(error) {
                logger.warning("requests cannot be answered: \(error)")
            }
            complaints = met
            heart.rest()
            if isLast { return nil }
            // Where somebody has filled the folder, looking at it does not become all that a core does.
            let rest = flushes.isWaiting || forgets.isWaiting ? interval : interval * 2
            stop.wait(timeout: max(rest, min(began.duration(to: .now) * 9, Self.longestRest)))
        }
    }

    private func lookForPause() {
        let flag: PauseFlag?
        do throws(PlatformError) {
            flag = try PauseFlag.read(in: spool.requests)
        } catch {
            // Unknown is neither paused nor not: what was known stays.
            return
        }
        guard board.hold(flag) else { return }
        if let flag {
            logger.notice(
                "\(flag.summary): nothing new is taken, and what is in work is finished",
                metadata: [LoggedEvent.key: "\(LoggedEvent.held)"])
        } else {
            logger.notice("resumed", metadata: [LoggedEvent.key: "\(LoggedEvent.released)"])
        }
    }
}
