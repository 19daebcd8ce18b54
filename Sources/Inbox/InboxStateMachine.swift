package import Platform
import SystemPackage

/// Decides which files of the inbox are ready: events in, actions out, no clock, no file system, no lock.
///
///     unknown --hint or scan--> seen --quiet for settle--> offered --taken--> unknown
///                                ^                           |
///                                +--- busy or changed -------+--- blocked, left in place: forgotten here, met again
///                                                                 by each scan
///
/// An empty file waits longer, because somebody may be about to fill it. Links, pipes, sockets and devices are left where
/// they are and met again by each scan.
///
/// Events are hints, and the directory is authoritative: every decision uses a status that was read after the hint. A
/// file that was moved in is complete and is offered at once. Any other file must stay unchanged for the settle time.
///
/// The table limits memory but not which files are eventually taken. A scan pauses while the table is full, folders and
/// blocked files take no entry, and a folder whose names did not fit is put on the agenda.
package struct InboxStateMachine: Sendable {
    /// What a file waits for.
    enum Pause: Sendable {
        /// Until it has been unchanged for the settle time.
        case settling
        /// Until its writer closes it.
        case busy
        /// Until somebody fills it.
        case empty
    }

    enum State: Sendable {
        /// `first` is when the waiting began, `since` when the file was last seen to change.
        case seen(status: FileStatus?, first: Duration, since: Duration, due: Duration, pause: Pause)
        /// Its status was requested because it was moved in.
        case arrived
        /// `version` distinguishes a change by people from a retry.
        case offered(version: UInt64, isTouched: Bool)
    }

    var settle: Duration
    /// How long an empty file must stay unchanged.
    var emptySettle: Duration
    let trustsChangeTime: Bool
    private let capacity: Int
    private var ignore: IgnorePatterns
    var entries: [FilePath: State] = [:]
    // Updated with every change, because the driver asks after every event and the table may be large.
    private var tally = InboxCounts()
    private var watched: Set<UInt64> = []
    private var agenda: ScanAgenda
    private var ignored: NameMarks
    private var ignoredListing = NameListing()
    var blockedNames: ToldNames
    var leftNames: ToldNames
    var inPlaceNames: ToldNames
    // The open and the empty files without an entry in the table; there can be any number of them.
    private var held: NameMarks
    private var heldEmpty: NameMarks
    // The open and the empty files, with and without an entry.
    var waitingListing = NameListing()
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
    ///   - emptySettle: how long an empty file, or one of zero bytes, must stay unchanged.
    ///   - ignore: the names that are not taken.
    ///   - trustsChangeTime: whether `ctime` uses this machine's clock, so an old one proves quiet by itself; false on
    ///     shared file systems.
    ///   - capacity: the largest number of files to follow at a time.
    ///   - folderCapacity: the largest number of folders that wait for their own scan before everything is scanned.
    ///   - nameCapacity: how many blocked, busy and ignored names are distinguished, of each kind; more are only
    ///     counted.
    package init(
        settle: Duration, emptySettle: Duration = .seconds(60), ignore: IgnorePatterns,
        trustsChangeTime: Bool = true, capacity: Int = 16_384, folderCapacity: Int = 1024, nameCapacity: Int = 65_536
    ) {
        self.settle = settle
        self.emptySettle = emptySettle
        self.ignore = ignore
        self.trustsChangeTime = trustsChangeTime
        self.capacity = capacity
        agenda = ScanAgenda(capacity: folderCapacity)
        ignored = NameMarks(capacity: nameCapacity)
        blockedNames = ToldNames(.blocked, capacity: nameCapacity)
        leftNames = ToldNames(.left, capacity: nameCapacity)
        inPlaceNames = ToldNames(.leftInPlace, capacity: nameCapacity)
        held = NameMarks(capacity: nameCapacity)
        heldEmpty = NameMarks(capacity: nameCapacity)
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
        counts.empty += heldEmpty.count
        counts.blocked = blockedNames.count
        counts.left = leftNames.count
        counts.leftInPlace = inPlaceNames.count
        counts.ignored = ignored.count
        counts.leftBehind = isScanning
        return counts
    }

    /// The names that are not taken for now, the first hundred of each state.
    package var names: [InboxName] {
        blockedNames.names + leftNames.names + inPlaceNames.names + waitingListing.names + ignoredListing.names
    }

    /// Replaces the settle times and the patterns.
    package mutating func reconfigure(settle: Duration, emptySettle: Duration, ignore: IgnorePatterns) {
        self.settle = settle
        self.emptySettle = emptySettle
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
        case .unreadable(let path, let reason, let passing): unreadable(path, reason, passing, at: now)
        case .hint(let path, let hint): self.hint(path, hint, at: now)
        case .observed(let path, let status): observed(path, status, at: now)
        case .watchLost(let path): watchLost(path)
        case .unwatched(let path): unwatched(path)
        case .taken(let path): taken(path)
        case .busy(let path): busy(path, at: now)
        case .unfilled(let path): unfilled(path, at: now)
        case .changed(let path): changed(path, at: now)
        case .recognized(let path): recognized(path, at: now)
        case .copied(let path, let reason): copied(path, reason, at: now)
        case .blocked(let path, let reason): blocked(path, reason, at: now)
        case .timer: timer(at: now)
        }
    }

    /// The remaining reports about files that are not taken, for the end.
    package mutating func lastWords() -> [Action] {
        blockedNames.sayRest() + leftNames.sayRest() + inPlaceNames.sayRest()
    }

    /// Sets the state of a file, in the table and in the tally.
    mutating func place(_ path: FilePath, _ state: State) {
        count(entries.updateValue(state, forKey: path), -1)
        count(state, 1)
        held.remove(path)
        heldEmpty.remove(path)
    }

    mutating func leave(_ path: FilePath) {
        count(entries.removeValue(forKey: path), -1)
    }

    private mutating func count(_ state: State?, _ change: Int) {
        switch state {
        case .seen(_, _, _, _, .busy): tally.busy += change
        case .seen(_, _, _, _, .empty): tally.empty += change
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
                ignoredListing.beginRound()
                held.beginRound()
                heldEmpty.beginRound()
                waitingListing.beginRound()
                isRefused = false
                actions = blockedNames.beginRound() + leftNames.beginRound() + inPlaceNames.beginRound()
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
        ignoredListing.endRound()
        held.endRound()
        heldEmpty.endRound()
        waitingListing.endRound()
        blockedNames.endRound()
        leftNames.endRound()
        inPlaceNames.endRound()
        return []
    }

    private mutating func unreadable(
        _ path: FilePath, _ reason: String, _ passing: PlatformError?, at now: InboxTime
    ) -> [Action] {
        if let passing {
            refusal = passing
            isRefused = true
        }
        leave(path)
        return blockedNames.insert(path, version: 0, reason: reason, at: now.wall)
    }

    private mutating func isIgnored(_ path: FilePath, isFolder: Bool, isMet: Bool, at now: InboxTime) -> Bool {
        guard let rule = ignore.rule(for: path, isFolder: isFolder) else { return false }
        // The copy of a drop has its own name soon, and nothing tells when; one that stays is met by a scan.
        guard isMet || !rule.isOfDrop else { return true }
        _ = ignored.insert(path)
        ignoredListing.insert(path, since: now.wall) { InboxName(path, rule, since: $0) }
        return true
    }

    private mutating func met(
        _ walk: Walk, path: FilePath, kind: FileStatus.Kind, at now: InboxTime
    ) -> [Action] {
        guard !isIgnored(path, isFolder: kind == .directory, isMet: true, at: now) else { return [] }
        blockedNames.meet(path)
        leftNames.meet(path)
        inPlaceNames.meet(path)
        guard kind != .directory else { return agenda.descends(walk) ? enter(walk, path) : [] }
        held.meet(path)
        heldEmpty.meet(path)
        waitingListing.meet(path)
        switch entries[path] {
        case nil:
            // It may have been there for a long time; its age decides at once.
            return wait(path, status: nil, since: now.monotonic, .settling, at: now) + [.inspect(path)]
        // Without events nothing else tells that it was filled.
        case .seen(_, _, _, _, .empty): return [.inspect(path)]
        default: return []
        }
    }

    private mutating func hint(_ path: FilePath, _ hint: Hint, at now: InboxTime) -> [Action] {
        guard !isIgnored(path, isFolder: hint == .directory, isMet: false, at: now) else { return [] }
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
        default: return wait(path, status: nil, since: now.monotonic, .settling, at: now)
        }
    }

    /// Schedules a later search for a file without an entry.
    private mutating func comeBack(to path: FilePath) -> [Action] {
        agenda.add(path.removingLastComponent(), .names)
        return []
    }

    private mutating func watchLost(_ path: FilePath) -> [Action] {
        // The inbox itself returns; the following scan finds its folders again.
        guard watched.contains(Self.fingerprint(of: path)) else { return [] }
        // What lay in it has gone with it, and nothing tells of that. Watching a folder again does no harm.
        watched.removeAll()
        return path.isEmpty ? rescan() : []
    }

    /// Forgets that the folder is watched, so that the next scan tries again.
    private mutating func unwatched(_ path: FilePath) -> [Action] {
        watched.remove(Self.fingerprint(of: path))
        return []
    }

    /// Visits a name that turned out to be a folder.
    mutating func explore(_ folder: FilePath) -> [Action] {
        agenda.add(folder, .tree)
        return []
    }

    /// Remembers a file that waits for a writer, without an entry when entries are scarce.
    ///
    /// The kernel reports when it is closed, and each scan meets it again.
    mutating func setAside(_ path: FilePath, _ pause: Pause) -> Bool {
        guard entries.count > capacity / 2 else { return false }
        leave(path)
        if pause == .empty { _ = heldEmpty.insert(path) } else { _ = held.insert(path) }
        return true
    }

    // 64 bits, seeded anew in each process: a path would cost ten times as much, and there may be a million folders.
    private static func fingerprint(of path: FilePath) -> UInt64 {
        UInt64(bitPattern: Int64(path.hashValue))
    }
}
