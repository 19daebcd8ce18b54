package import Platform
import Synchronization
package import SystemPackage

/// Folders of the inbox that may be empty since files were taken from them.
///
/// A folder that came with a drop goes when it is empty and has been quiet for a while: a program that still writes into it
/// is not disturbed. The inbox itself never goes, and a hidden file such as `.keep` keeps a folder.
package final class EmptiedFolders: Sendable {
    private struct State {
        var folders: Set<FilePath> = []
        var tried = ContinuousClock.now
    }

    private let spool: Spool
    private let state = Mutex(State())
    /// What is beyond it stays in the inbox as empty folders, which harm nobody.
    private static let capacity = 1 << 16
    /// Empty folders inside an emptied one, of which a tree can have many.
    private static let subfoldersAtOnce = 1024

    package init(_ spool: Spool) { self.spool = spool }

    /// A file of this path below the inbox was taken.
    package func note(_ file: FilePath) {
        let folder = file.removingLastComponent()
        guard !folder.isEmpty else { return }
        state.withLock { if $0.folders.count < Self.capacity { $0.folders.insert(folder) } }
    }

    /// Whether some are left.
    package var isEmpty: Bool { state.withLock { $0.folders.isEmpty } }

    /// Removes those that are empty and quiet, unless it was done a moment ago.
    package func removeNowAndThen(quietFor quiet: Duration) {
        let isDue = state.withLock { state in
            guard !state.folders.isEmpty, state.tried.duration(to: .now) >= .seconds(2) else { return false }
            state.tried = .now
            return true
        }
        if isDue { remove(quietFor: quiet) }
    }

    /// Removes those that are empty and in which nothing has changed for `quiet`.
    ///
    /// Those that are not quiet yet are tried again at the next call; those that hold something are forgotten.
    package func remove(quietFor quiet: Duration, now: RealTime = .now) {
        let limit = now.nanoseconds - Int64(quiet / .nanoseconds(1))
        // Deeper ones first, so that one pass takes a whole tree.
        let folders = state.withLock { $0.folders.sorted { $0.components.count > $1.components.count } }
        for folder in folders where !removeChain(folder, limit) {
            state.withLock { _ = $0.folders.remove(folder) }
        }
    }

    /// Removes a folder and the folders above it as far as they are empty.
    ///
    /// - Returns: whether it is to be tried again.
    private func removeChain(_ folder: FilePath, _ limit: Int64) -> Bool {
        let inbox = spool.inbox
        // Looked at before anything is removed, which counts as a change of the folder above.
        let chain = (1...folder.components.count).reversed().map { FilePath(root: nil, folder.components.prefix($0)) }
        let changes = chain.map { (try? inbox.statusIfPresent($0))??.modified }
        for (place, changed) in zip(chain, changes) {
            guard let changed else { return false }
            guard changed <= limit else { return true }
            var budget = Self.subfoldersAtOnce
            guard removeTree(place, limit, &budget) else { return false }
        }
        return false
    }

    /// Removes a folder with the empty folders in it; returns whether it is gone.
    private func removeTree(_ folder: FilePath, _ limit: Int64, _ budget: inout Int) -> Bool {
        let inbox = spool.inbox
        guard budget > 0 else { return false }
        budget -= 1
        do throws(PlatformError) {
            try inbox.removeDirectory(folder)
            return true
        } catch {
            guard error.cause == .directoryNotEmpty || error.cause == .fileExists else { return false }
        }
        guard let directory = try? inbox.directory(folder), let entries = try? Self.folders(in: directory) else {
            return false
        }
        for entry in entries {
            let child = folder.appending(entry)
            guard let status = try? inbox.status(of: child), status.kind == .directory, status.modified <= limit,
                removeTree(child, limit, &budget)
            else { return false }
        }
        return (try? inbox.removeDirectory(folder)) != nil
    }

    /// The names in a folder that holds nothing but folders, and not too many; nil for any other.
    private static func folders(in directory: OpenDirectory) throws(PlatformError) -> [FilePath.Component]? {
        var names: [FilePath.Component] = []
        var isOther = false
        try directory.forEachEntry { (entry) throws(PlatformError) in
            isOther = entry.kind != .directory || names.count >= 256
            names.append(entry.name)
            return !isOther
        }
        return isOther ? nil : names
    }
}
