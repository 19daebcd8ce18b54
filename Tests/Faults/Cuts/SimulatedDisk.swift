import Foundation
import Platform
import SystemPackage
import TestSupport

/// A tree of files as a file system has it in memory and on the disk, which a power cut tells apart.
///
/// It promises no more than Linux does. Contents are on the disk after an `fsync` of the file, names after one of their
/// folder. Changes of names in one folder reach the disk in their order, a rename as a whole, and no name before the folder
/// that it is in. What else a cut leaves is anybody's guess: all, nothing or some of it, and of a file's contents a part or
/// zero bytes.
struct SimulatedDisk: Sendable {
    /// A file or a folder under whatever names.
    typealias Node = Int
    typealias Names = [FilePath.Component: Node]

    /// The folder that holds everything.
    static let root: Node = 0

    /// The contents of a file.
    struct File: Sendable, Equatable {
        var cached: [UInt8]
        /// Those on the disk; nil before the first `fsync`.
        var stored: [UInt8]?
        var mode: UInt32
    }

    /// A change of names that happens as a whole.
    private struct Change: Sendable {
        struct Edit: Sendable {
            let folder: Node
            let name: FilePath.Component
            let node: Node?
        }

        let edits: [Edit]
        let node: Node
        let folders: Set<Node>

        /// Whether it cannot reach the disk without the earlier change.
        func needs(_ earlier: Change) -> Bool {
            !folders.isDisjoint(with: earlier.folders) || folders.contains(earlier.node)
                || earlier.folders.contains(node)
        }
    }

    /// What a cut spares of that which was not written to the disk.
    enum Survival: String, CaseIterable, Codable, Sendable {
        case nothing, everything, some
    }

    private(set) var folders: [Node: Names] = [root: [:]]
    private(set) var files: [Node: File] = [:]
    private var storedFolders: [Node: Names] = [root: [:]]
    private var changes: [Change] = []

    // MARK: - Changes

    /// Takes note of the present names, and of the contents that have changed.
    mutating func see(_ names: [Node: Names], _ contents: [Node: (bytes: [UInt8], mode: UInt32)]) {
        for (node, file) in contents {
            files[node] = File(cached: file.bytes, stored: files[node]?.stored, mode: file.mode)
        }
        var come: [Node: [Change.Edit]] = [:]
        var gone: [Node: [Change.Edit]] = [:]
        for folder in Set(names.keys).union(folders.keys) {
            let (before, now) = (folders[folder] ?? [:], names[folder] ?? [:])
            guard before != now else { continue }
            for (name, node) in now where before[name] != node {
                come[node, default: []].append(Change.Edit(folder: folder, name: name, node: node))
            }
            for (name, node) in before where now[name] != node {
                // A name that another file has now is no change by itself.
                let edit = now[name] == nil ? [Change.Edit(folder: folder, name: name, node: nil)] : []
                gone[node, default: []] += edit
            }
        }
        // Between two looks a folder may be made and a file moved into it: nothing is in a folder before the folder is.
        let made = come.keys.filter { folders[$0] == nil && names[$0] != nil }.sorted()
        for node in made + Set(come.keys).subtracting(made).sorted() {
            add(node, (gone.removeValue(forKey: node) ?? []) + (come[node] ?? []))
        }
        for node in gone.keys.sorted(by: >) { add(node, gone[node] ?? []) }
        folders = names
    }

    private mutating func add(_ node: Node, _ edits: [Change.Edit]) {
        guard !edits.isEmpty else { return }
        changes.append(Change(edits: edits, node: node, folders: Set(edits.map(\.folder))))
    }

    /// What `fsync` of a file or folder does.
    mutating func synchronize(_ node: Node) {
        if let file = files[node] {
            files[node]?.stored = file.cached
            return
        }
        let kept = closure(changes.map { $0.folders.contains(node) })
        for (change, isKept) in zip(changes, kept) where isKept { apply(change) }
        changes = zip(changes, kept).filter { !$1 }.map(\.0)
    }

    /// What `syncfs` does.
    mutating func synchronizeAll() {
        for change in changes { apply(change) }
        changes = []
        for node in files.keys { synchronize(node) }
    }

    private mutating func apply(_ change: Change) {
        for edit in change.edits { storedFolders[edit.folder, default: [:]][edit.name] = edit.node }
    }

    /// Adds the changes without which the chosen ones cannot be.
    private func closure(_ chosen: [Bool]) -> [Bool] {
        var kept = chosen
        for later in changes.indices.reversed() where kept[later] {
            for earlier in 0..<later where !kept[earlier] && changes[later].needs(changes[earlier]) {
                kept[earlier] = true
            }
        }
        return kept
    }

    // MARK: - A power cut

    /// The disk after a power cut.
    func cut(_ survival: Survival, _ generator: inout SeededGenerator) -> SimulatedDisk {
        var disk = self
        let share = [0.1, 0.5, 0.9].randomElement(using: &generator) ?? 0.5
        let chosen: [Bool] =
            switch survival {
            case .nothing: changes.map { _ in false }
            case .everything: changes.map { _ in true }
            case .some: closure(changes.map { _ in Double.random(in: 0..<1, using: &generator) < share })
            }
        for (change, isKept) in zip(changes, chosen) where isKept { disk.apply(change) }
        disk.changes = []
        disk.folders = disk.storedFolders
        for node in files.keys.sorted() {
            guard var file = files[node], file.stored != file.cached else { continue }
            switch survival {
            case .nothing: file.cached = file.stored ?? []
            case .everything: break
            case .some: file.cached = Self.remains(of: file, &generator)
            }
            file.stored = file.cached
            disk.files[node] = file
        }
        return disk
    }

    /// Takes away what a folder has and has not on another disk.
    mutating func leaveOut(in path: FilePath, whatIsNotOn other: SimulatedDisk) {
        guard let folder = folder(path), let known = other.folder(path) else { return }
        let names = other.folders[known] ?? [:]
        for name in folders[folder, default: [:]].keys where names[name] == nil {
            folders[folder]?[name] = nil
            storedFolders[folder]?[name] = nil
        }
    }

    private func folder(_ path: FilePath) -> Node? {
        path.components.reduce(Self.root) { (node: Node?, name) in node.flatMap { folders[$0]?[name] } }
    }

    /// What may be there of contents that were not written to the disk.
    private static func remains(of file: File, _ generator: inout SeededGenerator) -> [UInt8] {
        let (old, new) = (file.stored ?? [], file.cached)
        // Bytes that were added may be missing from some place on, or be zero.
        let isLonger = new.count > old.count && new.starts(with: old)
        let end = isLonger ? Int.random(in: old.count...new.count, using: &generator) : 0
        return switch Int.random(in: 0..<4, using: &generator) {
        case 0: new
        case 1 where isLonger: Array(new[..<end])
        case 2 where isLonger: Array(new[..<end]) + Array(repeating: 0, count: new.count - end)
        default: old
        }
    }

    /// Makes the tree below a folder of a real file system.
    func write(to path: FilePath) throws {
        var paths: [Node: FilePath] = [:]
        try write(Self.root, to: path, &paths)
    }

    private func write(_ folder: Node, to path: FilePath, _ paths: inout [Node: FilePath]) throws {
        try Directory.create(path)
        for (name, node) in folders[folder] ?? [:] {
            let place = path.appending(name)
            guard let file = files[node] else {
                try write(node, to: place, &paths)
                continue
            }
            if let other = paths[node] {
                try FileManager.default.linkItem(atPath: other.string, toPath: place.string)
            } else {
                try AtomicFile.replaceVolatile(file.cached, at: place, mode: file.mode)
                paths[node] = place
            }
        }
    }
}
