import Platform
import Synchronization
import SystemPackage

/// Keeps a simulated disk like a real folder, by looking at it just before each call that changes something.
final class DiskWatch: Sendable {
    /// A moment at which the power may fail or the process may die.
    struct Moment: Sendable {
        let disk: SimulatedDisk
        let call: SystemCall
        let path: FilePath
    }

    private struct State {
        var disk = SimulatedDisk()
        /// Inode numbers are not used again on a file system in memory.
        var nodes: [UInt64: SimulatedDisk.Node] = [:]
        var seen: [SimulatedDisk.Node: FileStatus] = [:]
        /// What is being written to the disk; it is there at the next call.
        var synchronizing: [SimulatedDisk.Node?] = []
        var moments: [Moment] = []
    }

    /// The calls that change something or make it durable.
    static let calls: [SystemCall] = [
        .write, .rename, .link, .remove, .makeDirectory, .changeMode, .truncate, .synchronize, .synchronizeFileSystem,
    ]

    /// Whether the disk says that it has written what it has not, which the examination has to notice.
    static let isLying = Atomic(false)

    private let root: FilePath
    /// The same folder by a path that no plan covers.
    private let alias: FilePath
    private let state = Mutex(State())

    /// Begins with everything on the disk.
    init(_ root: FilePath) throws {
        self.root = root
        alias = FilePath("/proc/self/root" + root.string)
        try state.withLock { state in
            state.nodes[try FileStatus.of(alias).inode] = SimulatedDisk.root
            try look(&state)
            state.disk.synchronizeAll()
        }
    }

    /// The moments that were kept.
    var moments: [Moment] { state.withLock { $0.moments } }

    /// The disk now.
    func now() throws -> SimulatedDisk {
        try state.withLock { state in
            try look(&state)
            return state.disk
        }
    }

    /// Writes a file and the folders above it to the disk, as a careful producer does.
    func synchronize(_ path: FilePath) throws {
        try state.withLock { state in
            try look(&state)
            var place = path
            while place != root, !place.isEmpty {
                if let node = node(at: place, state.disk) { state.disk.synchronize(node) }
                place.removeLastComponent()
            }
            state.disk.synchronize(SimulatedDisk.root)
        }
    }

    /// Takes note of a call that is about to be made.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - path: its file.
    ///   - isFailing: whether it is going to do nothing.
    ///   - isKept: whether the moment is kept.
    func step(_ call: SystemCall, _ path: FilePath, isFailing: Bool = false, isKept: Bool) {
        state.withLock { state in
            // What cannot be looked at is in motion, and is looked at before the next call.
            try? look(&state)
            if isKept { state.moments.append(Moment(disk: state.disk, call: call, path: path)) }
            if isFailing || Self.isLying.load(ordering: .relaxed) { return }
            switch call {
            case .synchronize: if let node = node(at: path, state.disk) { state.synchronizing.append(node) }
            case .synchronizeFileSystem: state.synchronizing.append(nil)
            default: break
            }
        }
    }

    private func node(at path: FilePath, _ disk: SimulatedDisk) -> SimulatedDisk.Node? {
        var rest = path
        guard rest.removePrefix(root) else { return nil }
        var node = SimulatedDisk.root
        for name in rest.components {
            guard let next = disk.folders[node]?[name] else { return nil }
            node = next
        }
        return node
    }

    // MARK: - Looking

    private func look(_ state: inout State) throws {
        // It covers what was there when it began.
        for node in state.synchronizing {
            if let node { state.disk.synchronize(node) } else { state.disk.synchronizeAll() }
        }
        state.synchronizing = []
        var names = try names(&state)
        // A file that moves meanwhile may be missed at both places.
        for _ in 0..<10 {
            let again = try self.names(&state)
            if again.names == names.names { break }
            names = again
        }
        var contents: [SimulatedDisk.Node: (bytes: [UInt8], mode: UInt32)] = [:]
        for (node, file) in names.files {
            let isOld = file.status.changed < RealTime.now.nanoseconds - 50_000_000
            if isOld, state.seen[node] == file.status { continue }
            guard let bytes = try? FileContents.read(file.path) else { continue }
            if state.disk.files[node]?.cached != bytes || state.disk.files[node]?.mode != file.status.permissions {
                contents[node] = (bytes, file.status.permissions)
            }
            state.seen[node] = file.status
        }
        state.disk.see(names.names, contents)
    }

    private struct Found {
        var names: [SimulatedDisk.Node: SimulatedDisk.Names] = [:]
        var files: [SimulatedDisk.Node: (path: FilePath, status: FileStatus)] = [:]
    }

    private func names(_ state: inout State) throws -> Found {
        var found = Found()
        try add(alias, SimulatedDisk.root, to: &found, &state)
        return found
    }

    private func add(
        _ folder: FilePath, _ node: SimulatedDisk.Node, to found: inout Found, _ state: inout State
    ) throws {
        var names: SimulatedDisk.Names = [:]
        for entry in try Directory.entries(of: folder) {
            let path = folder.appending(entry.name)
            guard let status = try? FileStatus.of(path) else { continue }
            let child = state.nodes[status.inode] ?? state.nodes.count
            state.nodes[status.inode] = child
            switch status.kind {
            case .directory:
                // It may be removed meanwhile.
                guard (try? add(path, child, to: &found, &state)) != nil else { continue }
            case .regular: found.files[child] = (path, status)
            default: continue
            }
            names[entry.name] = child
        }
        found.names[node] = names
    }
}
