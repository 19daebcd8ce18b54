import Identity
import Logging
import Platform
import SystemPackage

/// The thread behind the inbox, which performs the state machine's actions and passes events to it.
///
/// It is made, used and dropped on that one thread.
final class InboxLoop {
    /// The number of files that are delivered at a time during a scan.
    private static let handful = 64
    /// The number of names that a scan visits before events and answers are handled.
    private static let slice = 2048
    /// The longest time between two turns, which distinguishes a stuck loop from an idle one.
    private static let longestRest = Duration.seconds(5)

    private let directory: RenewableDirectory
    private var options: InboxOptions
    private let watch: InotifyWatch?
    /// Whether a file was taken as it is and stays.
    private let recognizes: @Sendable (FilePath, FileStatus) -> Bool
    private let logger: Logger
    private let start = ContinuousClock.now

    private var machine: InboxStateMachine
    private var folderWalk: FolderWalk
    private var fullWalk: FolderWalk
    /// Why there are no events at all.
    private let absence: String?
    private var watchLimit = WatchLimit()
    private var overflows = 0
    private var nextOverflowLine = Duration.zero
    private var nextScan = Duration.zero
    private var isWatching = false
    private var hasMoreEvents = false
    private var hasComplained = false
    private var offered: [ReadyFile] = []

    init(
        directory: RenewableDirectory, options: InboxOptions, watch: consuming InotifyWatch?, pollingReason: String?,
        trustsChangeTime: Bool, capacity: Int, logger: Logger,
        recognizes: @escaping @Sendable (FilePath, FileStatus) -> Bool
    ) {
        self.recognizes = recognizes
        self.directory = directory
        self.options = options
        self.watch = watch
        absence = pollingReason
        self.logger = logger
        machine = InboxStateMachine(
            settle: options.settle, emptySettle: options.emptySettle, ignore: options.ignore,
            trustsChangeTime: trustsChangeTime, capacity: capacity)
        folderWalk = Self.walk(directory)
        fullWalk = Self.walk(directory)
    }

    private var pollingReason: String? { absence ?? watchLimit.reason }

    func run(_ inbox: Inbox) {
        if let absence { logger.notice("the inbox is polled every \(options.poll): \(absence)") }
        while let (answers, wishes) = inbox.collect() {
            inbox.heartbeat.beat()
            if wishes != options {
                // A name that was ignored may be one to take now, and nothing else tells.
                let isSoon = wishes.ignore != options.ignore
                options = wishes
                machine.reconfigure(
                    settle: wishes.settle, emptySettle: wishes.emptySettle, ignore: wishes.ignore)
                nextScan = isSoon ? monotonic : min(nextScan, monotonic + interval)
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

    /// Continues the scans while there is room, for at most one slice.
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
        // When a paused scan can continue, the answer that made room rings.
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

    /// Logs an overflow at intervals, so flooding the inbox does not flood the log.
    private func tellOfOverflow() {
        overflows += 1
        guard nextOverflowLine <= monotonic else { return }
        nextOverflowLine = monotonic + .seconds(30)
        logger.warning(
            "the kernel lost events, so the inbox is scanned; to avoid this raise sysctl fs.inotify.max_queued_events",
            metadata: ["overflows": "\(overflows)", LoggedEvent.key: "\(LoggedEvent.overflow)"])
    }

    /// Passes one event and everything that follows from it to the machine.
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
            // Files found during a long scan are processed right away.
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

    /// A path below the inbox; the inbox itself has no name there.
    private static func shown(_ path: FilePath) -> String { path.isEmpty ? "." : path.displayName }

    private func complain(_ complaint: InboxStateMachine.Complaint) {
        switch complaint {
        case .one(.left, let path, let reason), .one(.leftInPlace, let path, let reason):
            logger.notice("\(reason)", metadata: ["path": "\(Self.shown(path))"])
        case .one(_, let path, let reason):
            logger.warning(
                "cannot be taken: \(reason)",
                metadata: ["path": "\(Self.shown(path))", LoggedEvent.key: "\(LoggedEvent.fileBlocked)"])
        case .more(.left, let count):
            logger.notice(
                "left alone too: \(count) more links, pipes, sockets or devices; the status lists the first 100 by name",
                metadata: ["count": "\(count)"])
        case .more(.leftInPlace, let count):
            logger.notice(
                "left in place too: \(count) more files; the status lists the first 100 by name",
                metadata: ["count": "\(count)"])
        case .more(_, let count):
            logger.warning(
                "cannot be taken either, for reasons that were told: \(count) more; 'vectorspool status' names the first ones",
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
            // The file system does not tell the kind, so ask for the status.
            let answer = inspect(path)
            switch answer {
            case .observed(_, let status?): return .met(walk, path, status.kind)
            case .recognized: return .met(walk, path, .regular)
            default: return answer
            }
        case .end:
            if walk == .everything {
                if watchLimit.endScan() { logger.notice("the kernel watches every folder of the inbox again") }
                nextScan = monotonic + interval
            }
            return .ended(walk)
        }
    }

    /// The time between two scans; after a refusal of the system the next attempt comes soon.
    private var interval: Duration {
        pollingReason != nil || machine.refusal != nil ? options.poll : options.rescan
    }

    /// The event for an unreadable name; nil when it is gone or is no longer a folder.
    private func unreadable(_ path: FilePath, _ error: PlatformError) -> InboxStateMachine.Event? {
        switch error.cause {
        case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: return nil
        default:
            let cause = error.cause.map { "\($0)" } ?? error.detail ?? "for an unknown reason"
            let reason = closedFolder(at: path, error) ?? "cannot \(error.operation) (\(cause))"
            return .unreadable(
                path, reason + "; it is tried again at each scan", passing: Self.mayPass(error) ? error : nil)
        }
    }

    /// Which folder keeps the daemon out, and the command that opens it.
    private func closedFolder(at path: FilePath, _ error: PlatformError) -> String? {
        guard error.cause == .permissionDenied else { return nil }
        // What lies in a folder that may not be searched has no status that we can see.
        let inbox = directory.current
        var folder = path
        var status = try? inbox.status(of: folder)
        while status == nil, folder.removeLastComponent(), !folder.isEmpty { status = try? inbox.status(of: folder) }
        guard let status = try? status ?? inbox.status() else { return nil }
        return PermissionRemedy.closed(folder, status, in: inbox) + "; "
            + PermissionRemedy.opening(folder, status, in: inbox)
    }

    /// Whether an error says nothing about the file or folder itself.
    private static func mayPass(_ error: PlatformError) -> Bool {
        switch error.cause {
        case .permissionDenied, .notPermitted, .fileNameTooLong: false
        default: error.code == .system
        }
    }

    // Only the following functions touch the file system.

    private static func walk(_ directory: RenewableDirectory) -> FolderWalk {
        FolderWalk { path throws(PlatformError) in
            // A full scan begins with the inbox itself, which may be another folder now.
            if path.isEmpty { try directory.renew() }
            let stream = try DirectoryStream(in: directory.current, path)
            return { () throws(PlatformError) in try stream.next().map { ($0.name, $0.kind) } }
        }
    }

    private func inspect(_ path: FilePath) -> InboxStateMachine.Event {
        do throws(PlatformError) {
            let status = try directory.current.status(of: path)
            return status.kind == .regular && recognizes(path, status) ? .recognized(path) : .observed(path, status)
        } catch {
            return unreadable(path, error) ?? .observed(path, nil)
        }
    }

    /// Makes the inbox again after it was removed or moved away, because users expect one.
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
        guard absence == nil else { return nil }
        // One attempt for each scan shows whether the limit was raised.
        guard watchLimit.allowsAttempt else { return .unwatched(path) }
        let folder: OpenDirectory
        do throws(PlatformError) {
            // The following scan reports why it cannot be renewed.
            if path.isEmpty { try? directory.renew() }
            folder = path.isEmpty ? directory.current : try directory.current.directory(path)
        } catch {
            // It is gone again, or no descriptor is available; the next scan that meets it watches it.
            return .unwatched(path)
        }
        do throws(PlatformError) {
            switch watch {
            case .some(let watch): try watch.add(folder, as: path)
            case .none: break
            }
        } catch {
            guard error.cause == .noSpace || error.cause == .noMemory else { return .unwatched(path) }
            guard watchLimit.reached("\(error.cause.map { "\($0)" } ?? "")") else { return .unwatched(path) }
            // From now on, not from the next scan that was due for another reason.
            nextScan = min(nextScan, monotonic + options.poll)
            logger.warning(
                """
                the kernel watches no more directories, so the inbox is polled every \(options.poll). The disk is not full; \
                raise the limit of inotify: sysctl fs.inotify.max_user_watches
                """)
            return .unwatched(path)
        }
        return nil
    }

    private var report: InboxReport {
        InboxReport(
            mode: pollingReason == nil ? .inotify : .polling, pollingReason: pollingReason, counts: machine.counts,
            names: machine.names, overflows: overflows, isWatching: isWatching, isScanned: machine.isScanned,
            refusal: machine.refusal)
    }
}
