package import Platform
package import SystemPackage

/// What becomes of a file that was found: when it is quiet, and what the ingest says of it.
extension InboxStateMachine {
    mutating func observed(_ path: FilePath, _ status: FileStatus?, at now: InboxTime) -> [Action] {
        guard let state = entries[path] else { return [] }
        guard let status else {
            leave(path)
            blockedNames.remove(path)
            return []
        }
        switch (status.kind, state) {
        case (_, .offered):
            return []
        case (.directory, _):
            leave(path)
            return explore(path)
        case (.regular, .seen(let earlier, _, let since, _, _)):
            if isQuiet(status, earlier: earlier, since: since, at: now) { return offer(path, status) }
            let isSame = earlier.map { $0.isSameContents(as: status) } ?? false
            return wait(path, status: status, since: isSame ? since : now.monotonic, isBusy: false)
        default:
            // It was moved in, or is a link, a pipe, a socket or a device: complete as it is. What is no regular file is
            // refused by whoever takes it.
            return offer(path, status)
        }
    }

    /// After so many settle times without one of quiet a file is not expected any more.
    private static let patience: Int64 = 10

    private func isQuiet(
        _ status: FileStatus, earlier: FileStatus?, since: Duration, at now: InboxTime
    ) -> Bool {
        if let earlier, earlier.isSameContents(as: status), now.monotonic - since >= settle { return true }
        guard trustsChangeTime else { return false }
        let (age, overflow) = now.wall.nanoseconds.subtractingReportingOverflow(status.changed)
        return !overflow && .nanoseconds(age) >= settle
    }

    private mutating func offer(_ path: FilePath, _ status: FileStatus) -> [Action] {
        place(path, .offered(version: Self.version(of: status), isTouched: false))
        return [.offer(ReadyFile(path: path, status: status))]
    }

    mutating func wait(
        _ path: FilePath, status: FileStatus?, since: Duration, isBusy: Bool
    ) -> [Action] {
        // On a grid, so that a burst of files is looked through a few times and not once for each of them.
        let grid = max(settle / 16, .nanoseconds(1))
        let due = max(grid * Int64(((since + settle) / grid).rounded(.up)), since + settle)
        var first = since
        if case .seen(_, let earlier, _, _, _) = entries[path] { first = earlier }
        // Who writes without end, a log for one, is not waited for: the file counts as one that is held open.
        let isRestless = since - first > settle * Self.patience
        place(path, .seen(status: status, first: first, since: since, due: due, isBusy: isBusy || isRestless))
        earliest = min(earliest ?? due, due)
        return []
    }

    mutating func timer(at now: InboxTime) -> [Action] {
        var due: [FilePath] = []
        earliest = nil
        for (path, state) in entries {
            guard case .seen(_, _, _, let time, _) = state else { continue }
            if time <= now.monotonic { due.append(path) } else { earliest = min(earliest ?? time, time) }
        }
        // In the order of their names, as people expect of files dropped together.
        return due.map { (text: $0.string, path: $0) }.sorted { $0.text < $1.text }.map { .inspect($0.path) }
    }

    mutating func taken(_ path: FilePath) -> [Action] {
        guard case .offered(_, let isTouched) = entries[path] else { return [] }
        blockedNames.remove(path)
        guard !isTouched else { return again(path) }
        leave(path)
        return []
    }

    mutating func busy(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        if setAside(path) { return [] }
        return wait(path, status: nil, since: now.monotonic, isBusy: true)
    }

    /// Unlike a busy file it comes to rest by itself, so it is waited for.
    mutating func changed(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        return wait(path, status: nil, since: now.monotonic, isBusy: false)
    }

    mutating func blocked(_ path: FilePath, _ reason: String) -> [Action] {
        guard case .offered(let version, let isTouched) = entries[path] else { return [] }
        // What was done to it meanwhile may have been the remedy.
        guard !isTouched else { return again(path) }
        leave(path)
        return blockedNames.insert(path, version: version, reason: reason)
    }

    private mutating func again(_ path: FilePath) -> [Action] {
        place(path, .arrived)
        return [.inspect(path)]
    }

    private static func version(of status: FileStatus) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(status.inode)
        hasher.combine(status.size)
        hasher.combine(status.modified)
        hasher.combine(status.changed)
        hasher.combine(status.owner)
        hasher.combine(status.permissions)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

/// Something in the inbox that nobody is writing any more, as far as names and time stamps tell.
///
/// Whoever takes it compares its status once more, under a lease, because the directory is the truth and this a message.
package struct ReadyFile: Sendable, Equatable {
    /// The path below the inbox, byte for byte.
    package let path: FilePath
    /// Its status when it was found ready; kinds other than `.regular` are to be refused, never read.
    package let status: FileStatus

    package init(path: FilePath, status: FileStatus) {
        self.path = path
        self.status = status
    }
}

/// A moment on the two clocks that the state machine needs; given to it, so that tests need not wait.
package struct InboxTime: Sendable, Equatable {
    /// Since some fixed moment; never jumps. Waiting is measured with it.
    package let monotonic: Duration
    /// The wall clock, to be compared with the file system's time stamps.
    package let wall: RealTime

    package init(monotonic: Duration, wall: RealTime) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
