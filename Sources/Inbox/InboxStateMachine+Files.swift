package import Platform
package import SystemPackage

/// What happens to a file after it is found: when it is quiet, and how the ingest answers.
extension InboxStateMachine {
    mutating func observed(_ path: FilePath, _ status: FileStatus?, at now: InboxTime) -> [Action] {
        guard let state = entries[path] else { return [] }
        guard let status else {
            leave(path)
            forget(path)
            return []
        }
        switch (status.kind, state) {
        case (_, .offered):
            return []
        case (.directory, _):
            leave(path)
            forget(path)
            return explore(path)
        case (.regular, .seen(let earlier, _, let since, _, let pause)):
            let isSame = earlier.map { $0.isSameContents(as: status) } ?? false
            // What the taker found to be unfilled stays so until it changes.
            let isEmpty = status.size == 0 || pause == .empty && (earlier == nil || isSame)
            if isQuiet(status, earlier: earlier, since: since, for: isEmpty ? emptySettle : settle, at: now) {
                return offer(path, status, since: isSame ? since : nil, at: now)
            }
            let begin = isSame ? since : now.monotonic
            guard !isEmpty || !setAside(path, .empty) else { return list(path, .empty, since: begin, at: now) }
            return wait(path, status: status, since: begin, isEmpty ? .empty : .settling, at: now)
        case (.regular, _):
            // It was moved in, and is complete, unless there is nothing in it yet.
            guard status.size == 0 else { return offer(path, status, since: nil, at: now) }
            place(path, .seen(status: nil, first: now.monotonic, since: now.monotonic, due: .zero, pause: .empty))
            return observed(path, status, at: now)
        default:
            leave(path)
            blockedNames.remove(path)
            waitingListing.remove(path)
            return leftNames.insert(
                path, version: Self.version(of: status), reason: InboxName.reasonToLeave(status.kind), at: now.wall)
        }
    }

    /// Forgets why the name was not taken before.
    private mutating func forget(_ path: FilePath) {
        blockedNames.remove(path)
        leftNames.remove(path)
        inPlaceNames.remove(path)
        waitingListing.remove(path)
    }

    /// After this many settle times without a quiet one, the file is no longer expected soon.
    private static let patience: Int64 = 10

    private func isQuiet(
        _ status: FileStatus, earlier: FileStatus?, since: Duration, for settle: Duration, at now: InboxTime
    ) -> Bool {
        if let earlier, earlier.isSameContents(as: status), now.monotonic - since >= settle { return true }
        guard trustsChangeTime else { return false }
        let (age, overflow) = now.wall.nanoseconds.subtractingReportingOverflow(status.changed)
        return !overflow && .nanoseconds(age) >= settle
    }

    private mutating func offer(
        _ path: FilePath, _ status: FileStatus, since: Duration?, at now: InboxTime
    ) -> [Action] {
        let isRested = isQuiet(
            status, earlier: since.map { _ in status }, since: since ?? now.monotonic, for: max(settle, emptySettle),
            at: now)
        leftNames.remove(path)
        place(path, .offered(version: Self.version(of: status), isTouched: false))
        return [.offer(ReadyFile(path: path, status: status, isRested: isRested))]
    }

    mutating func wait(
        _ path: FilePath, status: FileStatus?, since: Duration, _ pause: Pause, at now: InboxTime
    ) -> [Action] {
        // Due times are on a grid, so a burst of files is inspected in a few rounds instead of one by one.
        let grid = max(settle / 16, .nanoseconds(1))
        let length = pause == .empty ? emptySettle : settle
        let due = max(grid * Int64(((since + length) / grid).rounded(.up)), since + length)
        var first = since
        if case .seen(_, let earlier, _, _, let before) = entries[path], (before == .empty) == (pause == .empty) {
            first = earlier
        }
        // A file that is written to endlessly, such as a log, is not waited for; it counts as held open.
        let isRestless = pause == .settling && since - first > settle * Self.patience
        let pause = isRestless ? .busy : pause
        place(path, .seen(status: status, first: first, since: since, due: due, pause: pause))
        earliest = min(earliest ?? due, due)
        return list(path, pause, since: first, at: now)
    }

    /// Lists a file that depends on a writer, for people who wonder why it is not taken.
    private mutating func list(_ path: FilePath, _ pause: Pause, since: Duration, at now: InboxTime) -> [Action] {
        let (state, reason): (InboxName.State, String)
        switch pause {
        case .settling:
            waitingListing.remove(path)
            return []
        case .busy:
            (state, reason) = (.beingWritten, "a program has it open for writing, or writes it again and again")
        case .empty:
            let seconds = emptySettle / .seconds(1)
            (state, reason) = (
                .empty,
                "empty, waiting: somebody may be about to fill it; if it stays empty for \(Int(seconds.rounded())) s, it is "
                    + "refused"
            )
        }
        let begin = RealTime(nanoseconds: now.wall.nanoseconds - Int64((now.monotonic - since) / .nanoseconds(1)))
        waitingListing.insert(path, since: begin) { InboxName(path, state, reason, since: $0) }
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
        forget(path)
        guard !isTouched else { return again(path) }
        leave(path)
        return []
    }

    mutating func busy(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        if setAside(path, .busy) { return list(path, .busy, since: now.monotonic, at: now) }
        return wait(path, status: nil, since: now.monotonic, .busy, at: now)
    }

    /// Waits as for an empty file; its status is read at once, because it tells later whether somebody has filled it.
    mutating func unfilled(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered(_, let isTouched) = entries[path] else { return [] }
        guard !isTouched else { return again(path) }
        if setAside(path, .empty) { return list(path, .empty, since: now.monotonic, at: now) }
        return wait(path, status: nil, since: now.monotonic, .empty, at: now) + [.inspect(path)]
    }

    /// Waits for a changed file, because unlike a busy one it settles by itself.
    mutating func changed(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        return wait(path, status: nil, since: now.monotonic, .settling, at: now)
    }

    mutating func blocked(_ path: FilePath, _ reason: String, at now: InboxTime) -> [Action] {
        guard case .offered(let version, let isTouched) = entries[path] else { return [] }
        // A change to the file meanwhile may have been the remedy.
        guard !isTouched else { return again(path) }
        leave(path)
        waitingListing.remove(path)
        return blockedNames.insert(path, version: version, reason: reason, at: now.wall)
    }

    /// Counts a file that an earlier look has dealt with, without a word about it.
    mutating func recognized(_ path: FilePath, at now: InboxTime) -> [Action] {
        switch entries[path] {
        case nil, .offered: return []
        default: break
        }
        leave(path)
        blockedNames.remove(path)
        leftNames.remove(path)
        waitingListing.remove(path)
        inPlaceNames.insertSilently(path, reason: Self.inPlace, at: now.wall)
        return []
    }

    private static let inPlace =
        "left in place: it was taken where it lies, because it may be read and not moved, and is taken again when it changes"

    mutating func copied(_ path: FilePath, _ reason: String, at now: InboxTime) -> [Action] {
        guard case .offered(_, let isTouched) = entries[path] else { return [] }
        forget(path)
        guard !isTouched else { return again(path) }
        leave(path)
        return inPlaceNames.insert(path, version: 0, reason: reason, at: now.wall)
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
    /// Its status when it was found ready, that of a regular file.
    package let status: FileStatus
    /// Whether it has been unchanged for so long that nobody is expected to fill it, should it be empty.
    package let isRested: Bool

    package init(path: FilePath, status: FileStatus, isRested: Bool = false) {
        self.path = path
        self.status = status
        self.isRested = isRested
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
