package import Platform
package import SystemPackage

/// Decides which files of the inbox are ready: events in, actions out, no clock, no file system, no lock.
///
///     unknown --hint or scan--> seen --quiet for settle--> offered --taken--> unknown
///                                ^                           |
///                                +--- busy: being written ---+--- blocked: may not be read (until touched or rescanned)
///
/// Events are hints and the directory is the truth: every decision rests on a status that was read after the hint. What
/// was moved in is complete by nature and offered at once. Anything else must have been left alone for the settle time.
/// The table is bounded; what does not fit stays in the directory, which is scanned again when there is room.
package struct InboxStateMachine: Sendable {
    package enum Event: Sendable, Equatable {
        /// Begin, or look at everything again.
        case rescan
        /// A scan or the kernel names something in the inbox; `path` is relative.
        case hint(FilePath, Hint)
        /// The status that an `inspect` action asked for; nil when there is nothing of that name.
        case observed(FilePath, FileStatus?)
        /// The kernel no longer watches this directory.
        case watchLost(FilePath)
        /// The file has been claimed, or was gone.
        case taken(FilePath)
        /// The file is being written, or changed since it was offered.
        case busy(FilePath)
        /// The file cannot be read; why, and what to do, is in the text.
        case blocked(FilePath, String)
        /// The time that `deadline` named has come.
        case timer
    }

    /// How a name came to be known.
    package enum Hint: Sendable, Equatable {
        /// A scan found it.
        case found
        /// It was created, linked, closed after writing, or its permissions changed.
        case touched
        /// It was moved in.
        case movedIn
        /// It is a directory, however it came.
        case directory
    }

    package enum Action: Sendable, Equatable {
        /// Watch a directory, if the kernel can; comes before its scan so that nothing falls between.
        case watch(FilePath)
        /// Name everything in the directory as hints.
        case scan(FilePath)
        /// Read the status of the name and answer with `observed`.
        case inspect(FilePath)
        /// Hand the file to the ingest.
        case offer(ReadyFile)
    }

    private enum State: Sendable {
        case seen(status: FileStatus?, since: Duration, due: Duration, isBusy: Bool)
        /// Asked for its status because it was moved in.
        case arrived
        case offered(isTouched: Bool)
        case blocked(String)
    }

    private var settle: Duration
    private let trustsChangeTime: Bool
    private let capacity: Int
    private var ignore: IgnorePatterns
    private var entries: [FilePath: State] = [:]
    // Kept up with every change, because the driver asks after every event and the table may be large.
    private var tally = InboxCounts()
    private var watched: Set<FilePath> = []
    private var leftBehind = false
    private var earliest: Duration?
    private var ignoredHere: Set<FilePath> = []

    /// - Parameters:
    ///   - settle: how long a file must have been left alone.
    ///   - trustsChangeTime: whether `ctime` is of this machine's clock, so that an old one proves quiet by itself;
    ///     false on shared file systems.
    ///   - capacity: how many files are followed at a time.
    package init(
        settle: Duration, ignore: IgnorePatterns, trustsChangeTime: Bool = true, capacity: Int = 16_384
    ) {
        self.settle = settle
        self.ignore = ignore
        self.trustsChangeTime = trustsChangeTime
        self.capacity = capacity
    }

    /// When the `timer` event is due, on the monotonic clock; nil while nothing waits.
    package var deadline: Duration? { earliest }

    /// What the table holds, by state.
    package var counts: InboxCounts {
        var counts = tally
        counts.ignored = ignoredHere.count
        counts.leftBehind = leftBehind
        return counts
    }

    /// Files that may not be read, with the reason.
    package var blockedFiles: [(path: FilePath, reason: String)] {
        guard tally.blocked > 0 else { return [] }
        return entries.compactMap { path, state in
            if case .blocked(let reason) = state { (path, reason) } else { nil }
        }
    }

    /// Takes another settle time and other patterns from now on.
    package mutating func reconfigure(settle: Duration, ignore: IgnorePatterns) {
        self.settle = settle
        self.ignore = ignore
    }

    /// Takes in one event and says what is to be done.
    package mutating func handle(_ event: Event, at now: InboxTime) -> [Action] {
        switch event {
        case .rescan: rescan()
        case .hint(let path, let hint): self.hint(path, hint, at: now)
        case .observed(let path, let status): observed(path, status, at: now)
        case .watchLost(let path): watchLost(path)
        case .taken(let path): taken(path)
        case .busy(let path): busy(path, at: now)
        case .blocked(let path, let reason): blocked(path, reason)
        case .timer: timer(at: now)
        }
    }

    private mutating func rescan() -> [Action] {
        leftBehind = false
        ignoredHere = []
        return enter(FilePath())
    }

    /// Watches a directory that is not watched, and scans it.
    private mutating func enter(_ directory: FilePath) -> [Action] {
        watched.insert(directory).inserted ? [.watch(directory), .scan(directory)] : [.scan(directory)]
    }

    /// Puts a file into a state, in the table and in the tally.
    private mutating func place(_ path: FilePath, _ state: State) {
        count(entries.updateValue(state, forKey: path), -1)
        count(state, 1)
    }

    private mutating func leave(_ path: FilePath) {
        count(entries.removeValue(forKey: path), -1)
    }

    private mutating func count(_ state: State?, _ change: Int) {
        switch state {
        case .seen(_, _, _, isBusy: true): tally.busy += change
        case .seen, .arrived: tally.settling += change
        case .offered: tally.offered += change
        case .blocked: tally.blocked += change
        case nil: break
        }
    }

    private mutating func hint(_ path: FilePath, _ hint: Hint, at now: InboxTime) -> [Action] {
        guard ignore.match(path) == nil else {
            // Counted for the status only, so a bound costs nothing but accuracy.
            if ignoredHere.count < capacity { ignoredHere.insert(path) }
            return []
        }
        let state = entries[path]
        guard state != nil || entries.count < capacity else {
            leftBehind = true
            return []
        }
        switch (state, hint) {
        case (.offered, _):
            place(path, .offered(isTouched: true))
            return []
        case (.arrived, _), (.seen, .found):
            return []
        case (_, .movedIn), (_, .directory):
            place(path, .arrived)
            return [.inspect(path)]
        case (_, .touched):
            return wait(path, status: nil, since: now.monotonic, isBusy: false)
        case (_, .found):
            // It may have been lying here for long: its age decides, at once.
            return wait(path, status: nil, since: now.monotonic, isBusy: false) + [.inspect(path)]
        }
    }

    private mutating func observed(_ path: FilePath, _ status: FileStatus?, at now: InboxTime) -> [Action] {
        guard let state = entries[path] else { return [] }
        guard let status else {
            leave(path)
            return catchUp()
        }
        switch (status.kind, state) {
        case (.directory, _):
            leave(path)
            return enter(path)
        case (.regular, .seen(let earlier, let since, _, _)):
            if isQuiet(status, earlier: earlier, since: since, at: now) { return offer(path, status) }
            let isSame = earlier.map { $0.isSameVersion(as: status) } ?? false
            return wait(path, status: status, since: isSame ? since : now.monotonic, isBusy: false)
        case (.regular, .arrived):
            return offer(path, status)
        case (_, .offered), (_, .blocked):
            return []
        default:
            // A link, a pipe, a socket or a device: complete as it is, and refused by whoever takes it.
            return offer(path, status)
        }
    }

    private func isQuiet(
        _ status: FileStatus, earlier: FileStatus?, since: Duration, at now: InboxTime
    ) -> Bool {
        if let earlier, earlier.isSameVersion(as: status), now.monotonic - since >= settle { return true }
        guard trustsChangeTime else { return false }
        let (age, overflow) = now.wall.nanoseconds.subtractingReportingOverflow(status.changed)
        return !overflow && .nanoseconds(age) >= settle
    }

    private mutating func offer(_ path: FilePath, _ status: FileStatus) -> [Action] {
        place(path, .offered(isTouched: false))
        return [.offer(ReadyFile(path: path, status: status))]
    }

    private mutating func wait(
        _ path: FilePath, status: FileStatus?, since: Duration, isBusy: Bool
    ) -> [Action] {
        // On a grid, so that a burst of files is looked through a few times and not once for each of them.
        let grid = max(settle / 16, .nanoseconds(1))
        let due = max(grid * Int64(((since + settle) / grid).rounded(.up)), since + settle)
        place(path, .seen(status: status, since: since, due: due, isBusy: isBusy))
        earliest = min(earliest ?? due, due)
        return []
    }

    private mutating func timer(at now: InboxTime) -> [Action] {
        var due: [FilePath] = []
        earliest = nil
        for (path, state) in entries {
            guard case .seen(_, _, let time, _) = state else { continue }
            if time <= now.monotonic { due.append(path) } else { earliest = min(earliest ?? time, time) }
        }
        // In the order of their names, as people expect of files dropped together.
        return due.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map { .inspect($0) }
    }

    private mutating func taken(_ path: FilePath) -> [Action] {
        guard case .offered(let isTouched) = entries[path] else { return [] }
        guard !isTouched else {
            place(path, .arrived)
            return [.inspect(path)]
        }
        leave(path)
        return catchUp()
    }

    private mutating func busy(_ path: FilePath, at now: InboxTime) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        return wait(path, status: nil, since: now.monotonic, isBusy: true)
    }

    private mutating func blocked(_ path: FilePath, _ reason: String) -> [Action] {
        guard case .offered = entries[path] else { return [] }
        place(path, .blocked(reason))
        return []
    }

    private mutating func watchLost(_ path: FilePath) -> [Action] {
        guard watched.remove(path) != nil else { return [] }
        // The inbox itself comes back; a folder in it is found again by the scan that follows.
        return path.isEmpty ? rescan() : []
    }

    /// Looks again at what did not fit, once half the table is free.
    private mutating func catchUp() -> [Action] {
        leftBehind && entries.count <= capacity / 2 ? rescan() : []
    }
}
