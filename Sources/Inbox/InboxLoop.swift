import Logging
import Platform
import SystemPackage

/// The thread behind the inbox: performs the state machine's actions and feeds it what happens.
///
/// It is made, used and dropped on that one thread.
final class InboxLoop {
    /// Files that are handed over at a time while more are being found.
    private static let handful = 64
    /// Names that a scan looks at before events and answers have their turn.
    private static let slice = 2048
    /// It turns at least so often, so that a loop that is stuck can be told from one that has nothing to do.
    private static let longestRest = Duration.seconds(5)

    private let directory: RenewableDirectory
    private var options: InboxOptions
    private let watch: InotifyWatch?
    private let logger: Logger
    private let start = ContinuousClock.now

    private var machine: InboxStateMachine
    private var folderWalk: FolderWalk
    private var fullWalk: FolderWalk
    private var pollingReason: String?
    private var overflows = 0
    private var nextOverflowLine = Duration.zero
    private var nextScan = Duration.zero
    private var isWatching = false
    private var hasMoreEvents = false
    private var hasComplained = false
    private var offered: [ReadyFile] = []

    init(
        directory: RenewableDirectory, options: InboxOptions, watch: consuming InotifyWatch?, pollingReason: String?,
        trustsChangeTime: Bool, capacity: Int, logger: Logger
    ) {
        self.directory = directory
        self.options = options
        self.watch = watch
        self.pollingReason = pollingReason
        self.logger = logger
        machine = InboxStateMachine(
            settle: options.settle, ignore: options.ignore, trustsChangeTime: trustsChangeTime, capacity: capacity)
        folderWalk = Self.walk(directory)
        fullWalk = Self.walk(directory)
    }

    func run(_ inbox: Inbox) {
        while let (answers, wishes) = inbox.collect() {
            inbox.heartbeat.beat()
            if wishes != options {
                options = wishes
                machine.reconfigure(settle: wishes.settle, ignore: wishes.ignore)
            }
            for answer in answers { perform(answer, inbox) }
            drainEvents(inbox)
            let now = monotonic
            if let due = machine.deadline, due <= now { perform(.timer, inbox) }
            if nextScan <= now, !machine.isScanning { perform(.rescan, inbox) }
            scanOn(inbox)
            isWatching = true
            publish(to: inbox)
            wait(inbox)
        }
        for action in machine.lastWords() { _ = perform(action, inbox) }
    }

    /// Goes on with the scans, as far as there is room and until it is somebody else's turn.
    private func scanOn(_ inbox: Inbox) {
        for _ in 0..<Self.slice where machine.canStep { perform(.step, inbox) }
    }

    private func publish(to inbox: Inbox) {
        inbox.publish(offered, report)
        offered = []
    }

    private var monotonic: Duration { start.duration(to: .now) }

    private func wait(_ inbox: Inbox) {
        var next = monotonic + Self.longestRest
        if let deadline = machine.deadline { next = min(next, deadline) }
        // A scan that rests goes on when an answer has made room, which rings.
        if !machine.isScanning { next = min(next, nextScan) }
        let timeout = hasMoreEvents || machine.canStep ? .zero : max(next - monotonic, .zero)
        inbox.heartbeat.rest()
        switch watch {
        case .some(let watch): watch.wait(or: inbox.wake, timeout: timeout)
        case .none: inbox.wake.wait(timeout: timeout)
        }
    }

    private func drainEvents(_ inbox: Inbox) {
        var events: [InotifyWatch.Event] = []
        switch watch {
        case .some(let watch): hasMoreEvents = watch.drain { events.append($0) }
        case .none: return
        }
        for event in events { take(event, inbox) }
    }

    private func take(_ event: InotifyWatch.Event, _ inbox: Inbox) {
        guard event.kind != .overflow, let watched = event.directory else {
            tellOfOverflow()
            return perform(.rescan, inbox)
        }
        if event.kind == .watchLost {
            if watched.isEmpty { restoreInbox() }
            perform(.watchLost(watched), inbox)
            return
        }
        guard let name = event.name else { return }
        let hint: InboxStateMachine.Hint =
            event.isDirectory ? .directory : event.kind == .movedIn ? .movedIn : .touched
        perform(.hint(watched.appending(name), hint), inbox)
    }

    /// Says it now and then; whoever floods the inbox need not flood the log.
    private func tellOfOverflow() {
        overflows += 1
        guard nextOverflowLine <= monotonic else { return }
        nextOverflowLine = monotonic + .seconds(30)
        logger.warning(
            "events were lost, so the inbox is looked through; more room: sysctl fs.inotify.max_queued_events",
            metadata: ["overflows": "\(overflows)"])
    }

    /// Feeds the machine one event and everything that follows from it.
    private func perform(_ event: InboxStateMachine.Event, _ inbox: Inbox) {
        var actions = machine.handle(event, at: now)
        actions.reverse()
        while let action = actions.popLast() {
            guard let answer = perform(action, inbox) else { continue }
            actions += machine.handle(answer, at: now).reversed()
        }
    }

    private func perform(_ action: InboxStateMachine.Action, _ inbox: Inbox) -> InboxStateMachine.Event? {
        switch action {
        case .offer(let file):
            offered.append(file)
            // While a large folder is looked through, what is found is worked on already.
            if offered.count == Self.handful { publish(to: inbox) }
            return nil
        case .watch(let path): return watchDirectory(path)
        case .complain(let complaint):
            complain(complaint)
            return nil
        case .open(let walk, let path): return open(walk, path)
        case .advance(let walk): return advance(walk)
        case .inspect(let path): return inspect(path)
        }
    }

    private var now: InboxTime { InboxTime(monotonic: monotonic, wall: .now) }

    private func complain(_ complaint: InboxStateMachine.Complaint) {
        switch complaint {
        case .blocked(let path, let reason):
            logger.warning("cannot be taken: \(reason)", metadata: ["path": "\(path.displayName)"])
        case .moreBlocked(let count):
            logger.warning(
                "cannot be taken either: \(count) more files or folders; the status lists the first 100 by name",
                metadata: ["count": "\(count)"])
        }
    }

    private func open(_ walk: InboxStateMachine.Walk, _ path: FilePath) -> InboxStateMachine.Event? {
        do throws(PlatformError) {
            try (walk == .folder ? folderWalk : fullWalk).enter(path)
            return .listed(path)
        } catch {
            if path.isEmpty, error.cause == .noSuchFileOrDirectory { restoreInbox() }
            return unreadable(path, error)
        }
    }

    private func advance(_ walk: InboxStateMachine.Walk) -> InboxStateMachine.Event? {
        switch (walk == .folder ? folderWalk : fullWalk).next() {
        case .failed(let path, let error): return unreadable(path, error)
        case .entry(let path, let kind):
            if let kind { return .met(walk, path, kind) }
            // The file system does not say, so the name is asked.
            let answer = inspect(path)
            guard case .observed(_, let status?) = answer else { return answer }
            return .met(walk, path, status.kind)
        case .end:
            // What the system has refused is asked for again soon.
            let isPolling = pollingReason != nil || machine.refusal != nil
            if walk == .everything { nextScan = monotonic + (isPolling ? options.poll : options.rescan) }
            return .ended(walk)
        }
    }

    /// What is to be said of a name that cannot be read; nothing when it has gone or is no longer a folder.
    private func unreadable(_ path: FilePath, _ error: PlatformError) -> InboxStateMachine.Event? {
        switch error.cause {
        case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: return nil
        default:
            let cause = error.cause.map { "\($0)" } ?? error.detail ?? "for an unknown reason"
            let reason = "cannot \(error.operation) (\(cause)); it is tried again at the next look"
            return .unreadable(path, reason, passing: Self.mayPass(error) ? error : nil)
        }
    }

    /// Whether an error says nothing of the file or folder itself.
    private static func mayPass(_ error: PlatformError) -> Bool {
        switch error.cause {
        case .permissionDenied, .notPermitted, .fileNameTooLong: false
        default: error.code == .system
        }
    }

    // The file system is touched only here.

    private static func walk(_ directory: RenewableDirectory) -> FolderWalk {
        FolderWalk { path throws(PlatformError) in
            // A look at everything begins with the inbox itself: it may be another folder than the last time.
            if path.isEmpty { try directory.renew() }
            let stream = try DirectoryStream(in: directory.current, path)
            return { () throws(PlatformError) in try stream.next().map { ($0.name, $0.kind) } }
        }
    }

    private func inspect(_ path: FilePath) -> InboxStateMachine.Event {
        do throws(PlatformError) {
            return .observed(path, try directory.current.status(of: path))
        } catch {
            return unreadable(path, error) ?? .observed(path, nil)
        }
    }

    /// The inbox was removed or moved away while the daemon runs: users expect one to be there.
    private func restoreInbox() {
        do throws(PlatformError) {
            try directory.renew()
            hasComplained = false
        } catch {
            if !hasComplained { logger.error("the inbox is gone and cannot be made again: \(error)") }
            hasComplained = true
        }
    }

    private func watchDirectory(_ path: FilePath) -> InboxStateMachine.Event? {
        guard pollingReason == nil else { return nil }
        let folder: OpenDirectory
        do throws(PlatformError) {
            // The scan that follows says why it cannot be renewed.
            if path.isEmpty { try? directory.renew() }
            folder = path.isEmpty ? directory.current : try directory.current.directory(path)
        } catch {
            // Gone again, or no descriptor is to be had: it is watched when a scan meets it the next time.
            return .watchLost(path)
        }
        do throws(PlatformError) {
            switch watch {
            case .some(let watch): try watch.add(folder, as: path)
            case .none: break
            }
        } catch {
            guard error.cause == .noSpace || error.cause == .noMemory else { return nil }
            pollingReason = "the limit fs.inotify.max_user_watches is reached (\(error.cause.map { "\($0)" } ?? ""))"
            logger.warning(
                """
                the kernel watches no more directories, so the inbox is polled every \(options.poll); this is a limit of \
                inotify, the disk is not full: sysctl fs.inotify.max_user_watches
                """)
        }
        return nil
    }

    private var report: InboxReport {
        InboxReport(
            mode: pollingReason == nil ? .inotify : .polling, pollingReason: pollingReason, counts: machine.counts,
            blocked: machine.blockedFiles, overflows: overflows, isWatching: isWatching, isScanned: machine.isScanned,
            refusal: machine.refusal)
    }
}
