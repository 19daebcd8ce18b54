import Inbox
import Platform
import SystemPackage

/// An inbox in memory: the state machine and the walks are real, directories and the ingest are simulated.
final class SimulatedInbox {
    private(set) var machine: InboxStateMachine
    /// The outcome for each offered name.
    private(set) var taken: Set<FilePath> = []
    private(set) var complaints: [InboxStateMachine.Complaint] = []
    /// The most files that the machine and the taker held at one time.
    private(set) var mostHeld = 0
    /// The number of names that scans visited.
    private(set) var looks = 0
    /// Files that cannot be taken.
    var isBlocked: (FilePath) -> Bool = { _ in false }

    private var folders: [FilePath: Set<FilePath.Component>] = [:]
    private var folderWalk = FolderWalk { _ in { nil } }
    private var fullWalk = FolderWalk { _ in { nil } }
    private var ready: [FilePath] = []
    private let file: FileStatus
    /// The statuses of files that differ from all others.
    var status: (FilePath) -> FileStatus? = { _ in nil }
    /// Why a file cannot be taken.
    var reason: (FilePath) -> String = { "no \($0)" }
    /// Both clocks.
    var seconds: Int64

    /// Simulates files that all have the status `file`.
    init(capacity: Int, file: FileStatus) {
        self.file = file
        // All of them are an hour old.
        seconds = file.changed / 1_000_000_000 + 3600
        machine = InboxStateMachine(
            settle: .seconds(1), ignore: .standard, capacity: capacity, folderCapacity: capacity,
            nameCapacity: capacity * 4)
        folders[FilePath()] = []
        folderWalk = FolderWalk(batch: capacity) { [unowned self] path throws(PlatformError) in try list(path) }
        fullWalk = FolderWalk(batch: capacity) { [unowned self] path throws(PlatformError) in try list(path) }
    }

    func add(_ path: FilePath, isFolder: Bool = false) {
        var folder = path.removingLastComponent()
        if let name = path.lastComponent { folders[folder, default: []].insert(name) }
        while let name = folder.lastComponent {
            folder.removeLastComponent()
            folders[folder, default: []].insert(name)
        }
        if isFolder { folders[path] = [] }
    }

    private func list(_ path: FilePath) throws(PlatformError) -> FolderWalk.Listing {
        guard let names = folders[path] else {
            throw PlatformError(.system, "list", path: path, cause: .noSuchFileOrDirectory)
        }
        // A copy, like the kernel's when it returns the names.
        var rest = names.makeIterator()
        return { [unowned self] () throws(PlatformError) in
            looks += 1
            return rest.next().map { name in
                (name, folders[path.appending(name)] == nil ? .regular : .directory)
            }
        }
    }

    func send(_ event: InboxStateMachine.Event) {
        var events = [event]
        while let next = events.popLast() {
            for action in machine.handle(next, at: now) {
                if let answer = perform(action) { events.append(answer) }
            }
        }
        mostHeld = max(mostHeld, ready.count, machine.counts.offered + machine.counts.settling)
    }

    private var now: InboxTime {
        InboxTime(monotonic: .seconds(seconds), wall: RealTime(nanoseconds: seconds * 1_000_000_000))
    }

    private func perform(_ action: InboxStateMachine.Action) -> InboxStateMachine.Event? {
        switch action {
        case .watch: return nil
        case .offer(let file):
            ready.append(file.path)
            return nil
        case .complain(let complaint):
            complaints.append(complaint)
            return nil
        case .inspect(let path):
            let names = folders[path.removingLastComponent()] ?? []
            return .observed(path, path.lastComponent.map { names.contains($0) } == true ? status(path) ?? file : nil)
        case .open(let walk, let path):
            do throws(PlatformError) {
                try (walk == .folder ? folderWalk : fullWalk).enter(path)
                return .listed(path)
            } catch {
                return nil
            }
        case .advance(let walk):
            switch (walk == .folder ? folderWalk : fullWalk).next() {
            case .entry(let path, let kind): return .met(walk, path, kind ?? .regular)
            case .failed(let path, let error): return .unreadable(path, error.operation)
            case .end: return .ended(walk)
            }
        }
    }

    /// The listed blocked names, with the reason.
    var blocked: [String: String] {
        let names = machine.names.filter { $0.state == .blocked }
        return Dictionary(uniqueKeysWithValues: names.map { ($0.path, $0.reason) })
    }

    /// Scans and takes offered files until nothing more is expected; stops after `limit` rounds.
    func drain(limit: Int = 1_000_000) {
        for _ in 0..<limit {
            while machine.canStep { send(.step) }
            guard !ready.isEmpty else { return }
            let batch = ready.prefix(8)
            ready.removeFirst(batch.count)
            for path in batch {
                if isBlocked(path) {
                    send(.blocked(path, reason(path)))
                } else {
                    taken.insert(path)
                    if let name = path.lastComponent { folders[path.removingLastComponent()]?.remove(name) }
                    send(.taken(path))
                }
            }
        }
    }
}
