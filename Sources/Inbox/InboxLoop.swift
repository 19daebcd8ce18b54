import Logging
import Platform
import SystemPackage

/// The thread behind the inbox: performs the state machine's actions and feeds it what happens.
///
/// It is made, used and dropped on that one thread.
final class InboxLoop {
    /// Files that are handed over at a time while more are being found.
    private static let handful = 64

    private let directory: FilePath
    private var options: InboxOptions
    private let watch: InotifyWatch?
    private let logger: Logger
    private let start = ContinuousClock.now

    private var machine: InboxStateMachine
    private var pollingReason: String?
    private var overflows = 0
    private var nextScan = Duration.zero
    private var isScanned = false
    private var hasComplained = false
    private var offered: [ReadyFile] = []

    init(
        directory: FilePath, options: InboxOptions, watch: consuming InotifyWatch?, pollingReason: String?,
        trustsChangeTime: Bool, logger: Logger
    ) {
        self.directory = directory
        self.options = options
        self.watch = watch
        self.pollingReason = pollingReason
        self.logger = logger
        machine = InboxStateMachine(
            settle: options.settle, ignore: options.ignore, trustsChangeTime: trustsChangeTime)
    }

    func run(_ inbox: Inbox) {
        while let (answers, wishes) = inbox.collect() {
            if wishes != options {
                options = wishes
                machine.reconfigure(settle: wishes.settle, ignore: wishes.ignore)
            }
            for answer in answers { perform(answer, inbox) }
            drainEvents(inbox)
            let now = monotonic
            if let due = machine.deadline, due <= now { perform(.timer, inbox) }
            if nextScan <= now {
                nextScan = now + (pollingReason == nil ? options.rescan : options.poll)
                perform(.rescan, inbox)
                isScanned = true
            }
            publish(to: inbox)
            wait(inbox)
        }
    }

    private func publish(to inbox: Inbox) {
        inbox.publish(offered, report)
        offered = []
    }

    private var monotonic: Duration { start.duration(to: .now) }

    private func wait(_ inbox: Inbox) {
        let next = min(machine.deadline ?? nextScan, nextScan)
        let timeout = min(max(next - monotonic, .zero), .seconds(3600))
        switch watch {
        case .some(let watch): watch.wait(or: inbox.wake, timeout: timeout)
        case .none: inbox.wake.wait(timeout: timeout)
        }
    }

    private func drainEvents(_ inbox: Inbox) {
        var events: [InotifyWatch.Event] = []
        switch watch {
        case .some(let watch): watch.drain { events.append($0) }
        case .none: return
        }
        for event in events { take(event, inbox) }
    }

    private func take(_ event: InotifyWatch.Event, _ inbox: Inbox) {
        guard event.kind != .overflow, let watched = event.directory else {
            overflows += 1
            logger.warning(
                "events were lost, so the inbox is looked through; more room: sysctl fs.inotify.max_queued_events",
                metadata: ["overflows": "\(overflows)"])
            perform(.rescan, inbox)
            return
        }
        guard let relative = relative(watched) else { return }
        if event.kind == .watchLost {
            if relative.isEmpty { restoreInbox() }
            perform(.watchLost(relative), inbox)
            return
        }
        guard let name = event.name else { return }
        let hint: InboxStateMachine.Hint =
            event.isDirectory ? .directory : event.kind == .movedIn ? .movedIn : .touched
        perform(.hint(relative.appending(name), hint), inbox)
    }

    private func relative(_ path: FilePath) -> FilePath? {
        var path = path
        guard path.removePrefix(directory) else { return nil }
        return path
    }

    /// Feeds the machine one event and everything that follows from it.
    private func perform(_ event: InboxStateMachine.Event, _ inbox: Inbox) {
        var actions = machine.handle(event, at: now)
        // Depth first, so that the list stays as short as the tree is deep.
        actions.reverse()
        while let action = actions.popLast() {
            let answers: [InboxStateMachine.Event]
            switch action {
            case .offer(let file):
                offered.append(file)
                // While a large folder is looked through, what is found is worked on already.
                if offered.count == Self.handful { publish(to: inbox) }
                continue
            case .watch(let path):
                watchDirectory(path)
                continue
            case .scan(let path): answers = scan(path)
            case .inspect(let path): answers = [.observed(path, try? FileStatus.of(directory.pushing(path)))]
            }
            for answer in answers.reversed() {
                actions += machine.handle(answer, at: now).reversed()
            }
        }
    }

    private var now: InboxTime { InboxTime(monotonic: monotonic, wall: .now) }

    private func scan(_ path: FilePath) -> [InboxStateMachine.Event] {
        do throws(PlatformError) {
            return try Directory.entries(of: directory.pushing(path)).map { entry in
                .hint(path.appending(entry.name), entry.kind == .directory ? .directory : .found)
            }
        } catch {
            if path.isEmpty { restoreInbox() }
            if error.cause != .noSuchFileOrDirectory {
                logger.warning("a folder of the inbox cannot be read: \(error)")
            }
            return []
        }
    }

    /// The inbox was removed or moved away while the daemon runs: users expect one to be there.
    private func restoreInbox() {
        do throws(PlatformError) {
            try Directory.create(directory)
            hasComplained = false
        } catch {
            if !hasComplained { logger.error("the inbox is gone and cannot be made again: \(error)") }
            hasComplained = true
        }
    }

    private func watchDirectory(_ path: FilePath) {
        guard pollingReason == nil else { return }
        do throws(PlatformError) {
            switch watch {
            case .some(let watch): try watch.add(directory.pushing(path))
            case .none: break
            }
        } catch {
            // Gone again: the scan that follows finds out.
            guard error.cause == .noSpace || error.cause == .noMemory else { return }
            pollingReason = "the limit fs.inotify.max_user_watches is reached (\(error))"
            logger.warning(
                """
                the kernel watches no more directories, so the inbox is polled every \(options.poll); this is a limit of \
                inotify, the disk is not full: sysctl fs.inotify.max_user_watches
                """)
        }
    }

    private var report: InboxReport {
        var blocked: [String: String] = [:]
        for file in machine.blockedFiles.prefix(100) { blocked[file.path.displayName] = file.reason }
        return InboxReport(
            mode: pollingReason == nil ? .inotify : .polling, pollingReason: pollingReason, counts: machine.counts,
            blocked: blocked, overflows: overflows, isScanned: isScanned)
    }
}
