package import Platform
package import SystemPackage

/// What happens to a file after it is found: when it is quiet, and how the ingest answers.
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
            // It was moved in, or is a link, a pipe, a socket or a device, and so is already complete. The taker
            // refuses everything but regular files.
            return offer(path, status)
        }
    }

    /// After this many settle times without a quiet one, the file is no longer expected soon.
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
        // Due times are on a grid, so a burst of files is inspected in a few rounds instead of one by one.
        let grid = max(settle / 16, .nanoseconds(1))
        let due = max(grid * Int64(((since + settle) / grid).rounded(.up)), since + settle)
        var first = since
        if case .seen(_, let earlier, _, _, _) = entries[path] { first = earlier }
        // A file that is written to endlessly, such as a log, is not waited for; it counts as held open.
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

    /// Waits for a changed file, because unlike a busy one it settles by itself.
    mutating func changed(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        return wait(path, status: nil, since: now.monotonic, isBusy: false)
    }

    mutating func blocked(_ path: FilePath, _ reason: String) -> [Action] {
        guard case .offered(let version, let isTouched) = entries[path] else { return [] }
        // A change to the file meanwhile may have been the remedy.
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

/// A file in the inbox that is complete, according to its name and time stamps.
///
/// The taker compares its status again under a lease, because only the directory is authoritative and this is a
/// message.
package struct ReadyFile: Sendable, Equatable {
    /// The path below the inbox, byte for byte.
    package let path: FilePath
    /// Its status when it was found ready; kinds other than `.regular` must be refused, never read.
    package let status: FileStatus

    package init(path: FilePath, status: FileStatus) {
        self.path = path
        self.status = status
    }
}

/// A moment on the two clocks of the state machine, passed in so tests need not wait.
package struct InboxTime: Sendable, Equatable {
    /// The monotonic clock, which measures waiting.
    package let monotonic: Duration
    /// The wall clock, for comparison with the file system's time stamps.
    package let wall: RealTime

    package init(monotonic: Duration, wall: RealTime) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
