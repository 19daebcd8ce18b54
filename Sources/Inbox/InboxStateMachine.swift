package import Platform
package import SystemPackage

/// Decides which files of the inbox are ready: events in, actions out, no clock, no file system, no lock.
///
///     unknown --hint or scan--> seen --quiet for settle--> offered --taken--> unknown
///                                ^                           |
///                                +--- busy or changed -------+--- blocked: forgotten here, met again by each scan
///
/// Events are hints and the directory is the truth: every decision rests on a status that was read after the hint. What
/// was moved in is complete by nature and offered at once. Anything else must have been left alone for the settle time.
///
/// The table bounds memory, never what is taken in the end: a scan rests while the table is full, folders and blocked
/// files have no place in it, and a folder whose names did not fit is put on the agenda.
package struct InboxStateMachine: Sendable {
    package enum Event: Sendable, Equatable {
        /// Begin, or look at everything again.
        case rescan
        /// There is time to look at one more name.
        case step
        /// The folder that an `open` action named can be read.
        case listed(FilePath)
        /// A scan came to a name, which is of this kind.
        case met(Walk, FilePath, FileStatus.Kind)
        /// A scan came to its end.
        case ended(Walk)
        /// A folder cannot be listed, or a name in it cannot be looked at; why, and what to do, is in the text.
        ///
        /// `passing` is what the system refuses for now, whoever asks for what.
        case unreadable(FilePath, String, passing: PlatformError? = nil)
        /// The kernel names something in the inbox; `path` is relative.
        case hint(FilePath, Hint)
        /// The status that an `inspect` action asked for; nil when there is nothing of that name.
        case observed(FilePath, FileStatus?)
        /// The kernel no longer watches this directory.
        case watchLost(FilePath)
        /// The file has been claimed, or was gone.
        case taken(FilePath)
        /// Somebody has the file open for writing.
        case busy(FilePath)
        /// The file changed since it was offered.
        case changed(FilePath)
        /// The file cannot be taken; why, and what to do, is in the text.
        case blocked(FilePath, String)
        /// The time that `deadline` named has come.
        case timer
    }

    /// How the kernel came to name something.
    package enum Hint: Sendable, Equatable {
        /// It was created, linked, closed after writing, or its permissions changed.
        case touched
        /// It was moved in.
        case movedIn
        /// It is a directory, however it came.
        case directory
    }

    /// A scan; there may be one of each sort at a time, and each may rest.
    package enum Walk: Sendable, Equatable {
        /// One folder that needs it.
        case folder
        /// The whole inbox.
        case everything
    }

    package enum Action: Sendable, Equatable {
        /// Watch a directory, if the kernel can; comes before its scan so that nothing falls between.
        case watch(FilePath)
        /// Begin to list the directory, before what the walk has still to list; answer `listed` or `unreadable`.
        case open(Walk, FilePath)
        /// Go on to the next name of the walk; answer `met`, `unreadable` or `ended`.
        case advance(Walk)
        /// Read the status of the name and answer `observed` or `unreadable`.
        case inspect(FilePath)
        /// Hand the file to the ingest.
        case offer(ReadyFile)
        /// Tell people.
        case complain(Complaint)
    }

    /// What people should know of.
    package enum Complaint: Sendable, Equatable {
        /// The file or folder cannot be taken, for this reason.
        case blocked(FilePath, String)
        /// Nor can so many others.
        case moreBlocked(Int)
    }

    enum State: Sendable {
        /// `first` is when the waiting began, `since` when the file was seen to change last.
        case seen(status: FileStatus?, first: Duration, since: Duration, due: Duration, isBusy: Bool)
        /// Asked for its status because it was moved in.
        case arrived
        /// `version` tells a change that people made from another try.
        case offered(version: UInt64, isTouched: Bool)
    }

    var settle: Duration
    let trustsChangeTime: Bool
    private let capacity: Int
    private var ignore: IgnorePatterns
    var entries: [FilePath: State] = [:]
    // Kept up with every change, because the driver asks after every event and the table may be large.
    private var tally = InboxCounts()
    private var watched: Set<UInt64> = []
    private var agenda: ScanAgenda
    private var ignored: NameMarks
    var blockedNames: BlockedNames
    // Files held open that find no place in the table: there can be as many as writers like.
    private var held: NameMarks
    var earliest: Duration?

    /// Whether the whole inbox has been looked through since the start.
    package private(set) var isScanned = false

    /// What the system refused at the last look at everything, or since: as long as it stands nobody knows what else lies in
    /// the inbox.
    package private(set) var refusal: PlatformError?
    // Whether something was refused since the look at everything began that is under way.
    private var isRefused = false

    /// - Parameters:
    ///   - settle: how long a file must have been left alone.
    ///   - trustsChangeTime: whether `ctime` is of this machine's clock, so that an old one proves quiet by itself;
    ///     false on shared file systems.
    ///   - capacity: how many files are followed at a time.
    ///   - folderCapacity: how many folders may wait for a scan of their own before everything is scanned.
    ///   - nameCapacity: how many blocked, busy and ignored names are told apart, of each; more are counted only.
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

    /// Whether a scan is under way or to come.
    package var isScanning: Bool { !agenda.isEmpty }

    /// Whether a `step` would find something to do now.
    ///
    /// Scans leave a quarter of the table to what the kernel names, so that a new file does not wait behind a backlog.
    package var canStep: Bool { isScanning && entries.count < max(capacity - capacity / 4, 1) }

    /// What is known of the inbox, by state.
    package var counts: InboxCounts {
        var counts = tally
        counts.busy += held.count
        counts.blocked = blockedNames.count
        counts.ignored = ignored.count
        counts.leftBehind = isScanning
        return counts
    }

    /// The first hundred names that may not be taken, by name, with the reason.
    package var blockedFiles: [String: String] { blockedNames.listing }

    /// Takes another settle time and other patterns from now on.
    package mutating func reconfigure(settle: Duration, ignore: IgnorePatterns) {
        self.settle = settle
        self.ignore = ignore
    }

    /// Takes in one event and says what is to be done.
    package mutating func handle(_ event: Event, at now: InboxTime) -> [Action] {
        switch event {
        case .rescan: rescan()
        case .step: step()
        case .listed(let path): listed(path)
        case .met(let walk, let path, let kind): met(walk, path, kind, at: now)
        case .ended(let walk): ended(walk)
        case .unreadable(let path, let reason, let passing): unreadable(path, reason, passing)
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

    /// What has not been said yet of blocked files; to be asked for before the end.
    package mutating func lastWords() -> [Action] { blockedNames.sayRest() }

    /// Puts a file into a state, in the table and in the tally.
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

    // What follows is about looking for files; what becomes of one that was found stands in another file.

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

    /// Watches a directory that is not watched, and lists it.
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

    private mutating func unreadable(_ path: FilePath, _ reason: String, _ passing: PlatformError?) -> [Action] {
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
        _ walk: Walk, _ path: FilePath, _ kind: FileStatus.Kind, at now: InboxTime
    ) -> [Action] {
        guard !isIgnored(path, isFolder: kind == .directory) else { return [] }
        blockedNames.meet(path)
        guard kind != .directory else { return agenda.descends(walk) ? enter(walk, path) : [] }
        held.meet(path)
        guard entries[path] == nil else { return [] }
        // It may have been lying here for long: its age decides, at once.
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
            // Otherwise files that are written all the time would hold all places all the time.
            leave(path)
            return comeBack(to: path)
        default: return wait(path, status: nil, since: now.monotonic, isBusy: false)
        }
    }

    /// Looks for a file later that has no place now.
    private mutating func comeBack(to path: FilePath) -> [Action] {
        agenda.add(path.removingLastComponent(), .names)
        return []
    }

    private mutating func watchLost(_ path: FilePath) -> [Action] {
        // The inbox itself comes back; a folder in it is found again by the scan that follows.
        guard watched.remove(Self.fingerprint(of: path)) != nil, path.isEmpty else { return [] }
        return rescan()
    }

    /// Looks at a name that turned out to be a folder.
    mutating func explore(_ folder: FilePath) -> [Action] {
        agenda.add(folder, .tree)
        return []
    }

    /// Keeps a file in mind that somebody holds open, without a place for it when places are short.
    ///
    /// The kernel says when it is closed, and each scan meets it again.
    mutating func setAside(_ path: FilePath) -> Bool {
        guard entries.count > capacity / 2 else { return false }
        leave(path)
        _ = held.insert(path)
        return true
    }

    // Of 64 bits, seeded anew in each process: a path would cost ten times as much, and there may be a million folders.
    private static func fingerprint(of path: FilePath) -> UInt64 {
        UInt64(bitPattern: Int64(path.hashValue))
    }
}
