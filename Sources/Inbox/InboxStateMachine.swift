package import Platform
package import SystemPackage

/// Decides which files of the inbox are ready: events in, actions out, no clock, no file system, no lock.
///
///     unknown --hint or scan--> seen --quiet for settle--> offered --taken--> unknown
///                                ^                           |
///                                +--- busy or changed -------+--- blocked: forgotten here, met again by each scan
///
/// Events are hints, and the directory is authoritative: every decision uses a status that was read after the hint. A
/// file that was moved in is complete and is offered at once. Any other file must stay unchanged for the settle time.
///
/// The table limits memory but not which files are eventually taken. A scan pauses while the table is full, folders and
/// blocked files take no entry, and a folder whose names did not fit is put on the agenda.
package struct InboxStateMachine: Sendable {
    package enum Event: Sendable, Equatable {
        /// Begin, or scan everything again.
        case rescan
        /// There is time to visit one more name.
        case step
        /// The folder that an `open` action named can be read.
        case listed(FilePath)
        /// A scan reached a name of this kind.
        case met(Walk, FilePath, FileStatus.Kind)
        /// A scan is complete.
        case ended(Walk)
        /// A folder cannot be listed, or a name in it cannot be inspected; the text gives reason and remedy.
        ///
        /// `passing` is a refusal of the system that affects every request for now.
        case unreadable(FilePath, String, passing: PlatformError? = nil)
        /// The kernel names something in the inbox; `path` is relative.
        case hint(FilePath, Hint)
        /// The status that an `inspect` action asked for; nil when the name does not exist.
        case observed(FilePath, FileStatus?)
        /// The kernel no longer watches this directory.
        case watchLost(FilePath)
        /// The file has been claimed, or has vanished.
        case taken(FilePath)
        /// A writer has the file open.
        case busy(FilePath)
        /// The file changed since it was offered.
        case changed(FilePath)
        /// The file cannot be taken; the text gives reason and remedy.
        case blocked(FilePath, String)
        /// The time of `deadline` has come.
        case timer
    }

    /// Why the kernel named something.
    package enum Hint: Sendable, Equatable {
        /// It was created, linked, closed after writing, or its permissions changed.
        case touched
        /// It was moved in.
        case movedIn
        /// It is a directory, however it arrived.
        case directory
    }

    /// A scan; there is at most one of each sort at a time, and each can pause.
    package enum Walk: Sendable, Equatable {
        /// One folder that needs it.
        case folder
        /// The whole inbox.
        case everything
    }

    package enum Action: Sendable, Equatable {
        /// Watch a directory, if the kernel can; this precedes its scan, so nothing is missed in between.
        case watch(FilePath)
        /// Begin to list the directory, before the rest of the walk; answer `listed` or `unreadable`.
        case open(Walk, FilePath)
        /// Advance to the next name of the walk; answer `met`, `unreadable` or `ended`.
        case advance(Walk)
        /// Read the status of the name and answer `observed` or `unreadable`.
        case inspect(FilePath)
        /// Hand the file to the ingest.
        case offer(ReadyFile)
        /// Report to people.
        case complain(Complaint)
    }

    /// What people should know.
    package enum Complaint: Sendable, Equatable {
        /// The file or folder cannot be taken, for this reason.
        case blocked(FilePath, String)
        /// This many others cannot be taken either.
        case moreBlocked(Int)
    }

    enum State: Sendable {
        /// `first` is when the waiting began, `since` when the file was last seen to change.
        case seen(status: FileStatus?, first: Duration, since: Duration, due: Duration, isBusy: Bool)
        /// Its status was requested because it was moved in.
        case arrived
        /// `version` distinguishes a change by people from a retry.
        case offered(version: UInt64, isTouched: Bool)
    }

    var settle: Duration
    let trustsChangeTime: Bool
    private let capacity: Int
    private var ignore: IgnorePatterns
    var entries: [FilePath: State] = [:]
    // Updated with every change, because the driver asks after every event and the table may be large.
    private var tally = InboxCounts()
    private var watched: Set<UInt64> = []
    private var agenda: ScanAgenda
    private var ignored: NameMarks
    var blockedNames: BlockedNames
    // The open files without an entry in the table; writers can hold any number open.
    private var held: NameMarks
    var earliest: Duration?

    /// Whether the whole inbox has been scanned since the start.
    package private(set) var isScanned = false

    /// The system's refusal during the last full scan or since, while the inbox may contain files that were not seen.
    package private(set) var refusal: PlatformError?
    // Whether the system refused anything since the current full scan began.
    private var isRefused = false

    /// Makes a machine with an empty table.
    ///
    /// - Parameters:
    ///   - settle: how long a file must stay unchanged.
    ///   - ignore: the names that are not taken.
    ///   - trustsChangeTime: whether `ctime` uses this machine's clock, so an old one proves quiet by itself; false on
    ///     shared file systems.
    ///   - capacity: the largest number of files to follow at a time.
    ///   - folderCapacity: the largest number of folders that wait for their own scan before everything is scanned.
    ///   - nameCapacity: how many blocked, busy and ignored names are distinguished, of each kind; more are only
    ///     counted.
    package init(
        settle: Duration, ignore: IgnorePatterns, trustsChangeTime: Bool = true, capacity: Int = 16_384,
        folderCapacity: Int = 1024, nameCapacity: Int = 65_536
    ) {
        self.settle = settle
        self.ignore = ignore
        self.trustsChangeTime = trustsChangeTime
        self.capacity = capacity
        agenda = ScanAgenda(capacity: folderCapacity)
        ignored = NameMarks(capacity: nameCapacity)
        blockedNames = BlockedNames(capacity: nameCapacity)
        held = NameMarks(capacity: nameCapacity)
    }

    /// When the `timer` event is due, on the monotonic clock; nil while nothing waits.
    package var deadline: Duration? { earliest }

    /// Whether a scan is in progress or due.
    package var isScanning: Bool { !agenda.isEmpty }

    /// Whether a `step` would have work now.
    ///
    /// Scans leave a quarter of the table to files that the kernel names, so a new file does not wait behind a backlog.
    package var canStep: Bool { isScanning && entries.count < max(capacity - capacity / 4, 1) }

    /// The number of names in each state.
    package var counts: InboxCounts {
        var counts = tally
        counts.busy += held.count
        counts.blocked = blockedNames.count
        counts.ignored = ignored.count
        counts.leftBehind = isScanning
        return counts
    }

    /// The first hundred blocked names, with the reason.
    package var blockedFiles: [String: String] { blockedNames.listing }

    /// Replaces the settle time and the patterns.
    package mutating func reconfigure(settle: Duration, ignore: IgnorePatterns) {
        self.settle = settle
        self.ignore = ignore
    }

    /// Handles one event and returns the actions to perform.
    package mutating func handle(_ event: Event, at now: InboxTime) -> [Action] {
        switch event {
        case .rescan: rescan()
        case .step: step()
        case .listed(let path): listed(path)
        case .met(let walk, let path, let kind): met(walk, path: path, kind: kind, at: now)
        case .ended(let walk): ended(walk)
        case .unreadable(let path, let reason, let passing): unreadable(path, reason: reason, passing: passing)
        case .hint(let path, let hint): self.hint(path, hint, at: now)
        case .observed(let path, let status): observed(path, status, at: now)
        case .watchLost(let path): watchLost(path)
        case .taken(let path): taken(path)
        case .busy(let path): busy(path, at: now)
        case .changed(let path): changed(path, at: now)
        case .blocked(let path, let reason): blocked(path, reason)
        case .timer: timer(at: now)
        }
    }

    /// The remaining reports about blocked files, for the end.
    package mutating func lastWords() -> [Action] { blockedNames.sayRest() }

    /// Sets the state of a file, in the table and in the tally.
    mutating func place(_ path: FilePath, _ state: State) {
        count(entries.updateValue(state, forKey: path), -1)
        count(state, 1)
        held.remove(path)
    }

    mutating func leave(_ path: FilePath) {
        count(entries.removeValue(forKey: path), -1)
    }

    private mutating func count(_ state: State?, _ change: Int) {
        switch state {
        case .seen(_, _, _, _, isBusy: true): tally.busy += change
        case .seen, .arrived: tally.settling += change
        case .offered: tally.offered += change
        case nil: break
        }
    }

    // The following finds files; another source file handles the files found.

    private mutating func rescan() -> [Action] {
        agenda.addEverything()
        return []
    }

    private mutating func step() -> [Action] {
        guard canStep, let step = agenda.next() else { return [] }
        switch step {
        case .proceed(let walk): return [.advance(walk)]
        case .begin(let walk, let folder):
            var actions: [Action] = []
            if walk == .everything {
                ignored.beginRound()
                held.beginRound()
                isRefused = false
                actions = blockedNames.beginRound()
            }
            return actions + enter(walk, folder)
        }
    }

    /// Watches a directory that is not watched yet, and lists it.
    private mutating func enter(_ walk: Walk, _ folder: FilePath) -> [Action] {
        watched.insert(Self.fingerprint(of: folder)).inserted
            ? [.watch(folder), .open(walk, folder)] : [.open(walk, folder)]
    }

    private mutating func listed(_ folder: FilePath) -> [Action] {
        blockedNames.remove(folder)
        return []
    }

    private mutating func ended(_ walk: Walk) -> [Action] {
        agenda.end(walk)
        guard walk == .everything else { return [] }
        isScanned = true
        if !isRefused { refusal = nil }
        ignored.endRound()
        held.endRound()
        blockedNames.endRound()
        return []
    }

    private mutating func unreadable(_ path: FilePath, reason: String, passing: PlatformError?) -> [Action] {
        if let passing {
            refusal = passing
            isRefused = true
        }
        leave(path)
        return blockedNames.insert(path, version: 0, reason: reason)
    }

    private mutating func isIgnored(_ path: FilePath, isFolder: Bool) -> Bool {
        guard ignore.match(path, isFolder: isFolder) != nil else { return false }
        _ = ignored.insert(path)
        return true
    }

    private mutating func met(
        _ walk: Walk, path: FilePath, kind: FileStatus.Kind, at now: InboxTime
    ) -> [Action] {
        guard !isIgnored(path, isFolder: kind == .directory) else { return [] }
        blockedNames.meet(path)
        guard kind != .directory else { return agenda.descends(walk) ? enter(walk, path) : [] }
        held.meet(path)
        guard entries[path] == nil else { return [] }
        // It may have been there for a long time; its age decides at once.
        return wait(path, status: nil, since: now.monotonic, isBusy: false) + [.inspect(path)]
    }

    private mutating func hint(_ path: FilePath, _ hint: Hint, at now: InboxTime) -> [Action] {
        guard !isIgnored(path, isFolder: hint == .directory) else { return [] }
        guard hint != .directory else {
            agenda.add(path, .tree)
            return []
        }
        let state = entries[path]
        guard state != nil || entries.count < capacity else { return comeBack(to: path) }
        switch (state, hint) {
        case (.offered(let version, _), _):
            place(path, .offered(version: version, isTouched: true))
            return []
        case (.arrived, _): return []
        case (_, .movedIn):
            place(path, .arrived)
            return [.inspect(path)]
        case (_, .touched) where tally.settling >= capacity / 2:
            // Otherwise files that are constantly written would occupy all entries permanently.
            leave(path)
            return comeBack(to: path)
        default: return wait(path, status: nil, since: now.monotonic, isBusy: false)
        }
    }

    /// Schedules a later search for a file without an entry.
    private mutating func comeBack(to path: FilePath) -> [Action] {
        agenda.add(path.removingLastComponent(), .names)
        return []
    }

    private mutating func watchLost(_ path: FilePath) -> [Action] {
        // The inbox itself returns; the following scan finds its folders again.
        guard watched.remove(Self.fingerprint(of: path)) != nil, path.isEmpty else { return [] }
        return rescan()
    }

    /// Visits a name that turned out to be a folder.
    mutating func explore(_ folder: FilePath) -> [Action] {
        agenda.add(folder, .tree)
        return []
    }

    /// Remembers a file that a writer holds open, without an entry when entries are scarce.
    ///
    /// The kernel reports when it is closed, and each scan meets it again.
    mutating func setAside(_ path: FilePath) -> Bool {
        guard entries.count > capacity / 2 else { return false }
        leave(path)
        _ = held.insert(path)
        return true
    }

    // 64 bits, seeded anew in each process: a path would cost ten times as much, and there may be a million folders.
    private static func fingerprint(of path: FilePath) -> UInt64 {
        UInt64(bitPattern: Int64(path.hashValue))
    }
}
