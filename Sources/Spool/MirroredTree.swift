import Platform
import SystemPackage

/// A folder in which each file lies where it lay in the inbox: `done/`, `failed/` or a day of `replaced/`.
///
/// In the inbox a file `notes` can be followed by a file `notes/a.md`, and both stay live. So the newcomer lies at
/// `notes.vectorspool-folder/a.md`, and in the opposite order at `notes.vectorspool-file`. The suffix is always the same, so
/// a later version finds the earlier one.
struct MirroredTree: Sendable {
    let directory: OpenDirectory
    /// The path below `directory` that stands for the inbox.
    let base: FilePath

    init(_ directory: OpenDirectory, _ base: FilePath = FilePath()) {
        self.directory = directory
        self.base = base
    }

    /// The mode of the folders that are made, which belong to those who may search.
    static let folderMode: UInt32 = 0o750

    /// The place below `directory` for a path below the inbox, whether or not something lies there.
    func place(of path: FilePath) throws(PlatformError) -> FilePath {
        guard let name = path.lastComponent else { return base }
        var folder = base
        for component in path.removingLastComponent().components {
            let next = folder.appending(component)
            let status = try directory.statusIfPresent(next)
            let isTaken = status.map { $0.kind != .directory } ?? false
            folder = isTaken ? folder.appending(FileName.joined(component.bytes, Self.folderSuffix)) : next
        }
        let place = folder.appending(name)
        guard try directory.statusIfPresent(place)?.kind == .directory else { return place }
        return folder.appending(FileName.joined(name.bytes, Self.fileSuffix))
    }

    /// The file for a path below the inbox, with its place below `directory`; nil when there is none.
    ///
    /// What was in the way of its own path when it came may be gone, so the other place is looked at too.
    func file(of path: FilePath) throws(PlatformError) -> (place: FilePath, status: FileStatus)? {
        guard let name = path.lastComponent else { return nil }
        for folder in try folders(of: path) {
            for candidate in [folder.appending(name), folder.appending(FileName.joined(name.bytes, Self.fileSuffix))] {
                guard let status = try directory.statusIfPresent(candidate), status.kind != .directory else { continue }
                return (candidate, status)
            }
        }
        return nil
    }

    /// The folders that exist for the folder of a path: at its own path, and at those of conflicts.
    func folders(of path: FilePath) throws(PlatformError) -> [FilePath] {
        var folders = [base]
        for component in path.removingLastComponent().components {
            var next: [FilePath] = []
            for folder in folders {
                for name in [component, FileName.joined(component.bytes, Self.folderSuffix)] {
                    let candidate = folder.appending(name)
                    if try isFolder(candidate) { next.append(candidate) }
                }
            }
            folders = next
        }
        return folders
    }

    /// Whether there is such a folder; a name that is longer than names can be has none.
    private func isFolder(_ path: FilePath) throws(PlatformError) -> Bool {
        do throws(PlatformError) {
            return try directory.statusIfPresent(path)?.kind == .directory
        } catch {
            guard error.cause == .fileNameTooLong else { throw error }
            return false
        }
    }

    /// Whether somebody has put a link in the place of a folder above a path, so that it is not known what lies there.
    func hasLink(above path: FilePath) throws(PlatformError) -> Bool {
        var folder = base
        for component in path.removingLastComponent().components {
            folder.append(component)
            switch try directory.statusIfPresent(folder)?.kind {
            case .symbolicLink: return true
            case .directory: continue
            default: return false
            }
        }
        return false
    }

    /// Removes the folders above `place` that are empty now.
    func removeEmptyFolders(above place: FilePath) {
        var folder = place
        while folder.removeLastComponent(), folder.components.count > base.components.count {
            guard (try? directory.removeDirectory(folder)) != nil else { return }
        }
    }

    private static let folderSuffix = FileName.mark + "folder"
    private static let fileSuffix = FileName.mark + "file"
}
