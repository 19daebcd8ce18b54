import Identity
import Platform
import SystemPackage

/// Versions that a newer one replaces.
extension Spool {
    /// Moves a file of `done/` or `failed/` to `replaced/<day>/`, where it keeps its path.
    ///
    /// - Parameters:
    ///   - directory: `done/` or `failed/`.
    ///   - place: where it lies in it.
    ///   - path: its path below the inbox.
    ///   - claim: the claim of the file that replaces it, which tells several versions of a day apart.
    ///   - day: the day of today.
    /// - Returns: the folder below `replaced/` that it lies in now.
    /// - Throws: `PlatformError`; the file is where it was then.
    func setAside(
        _ directory: OpenDirectory, _ place: FilePath, as path: FilePath, for claim: ClaimName, day: String
    ) throws(PlatformError) -> FilePath {
        try moveAside(directory, place, as: path, for: claim, day: day).removingLastComponent()
    }

    /// Like `setAside`, but returns where the file itself lies below `replaced/`.
    func moveAside(
        _ directory: OpenDirectory, _ place: FilePath, as path: FilePath, for claim: ClaimName, day: String
    ) throws(PlatformError) -> FilePath {
        let tree = MirroredTree(replaced, FilePath(day))
        var number = 0
        for _ in 0..<100 {
            var target = try tree.place(of: path)
            let present = try replaced.statusIfPresent(target)
            if number > 0 || present != nil, let name = target.lastComponent {
                target = target.removingLastComponent()
                    .appending(FileName.versioned(name, claim: claim, number: number))
            }
            do throws(PlatformError) {
                try directory.renameExclusively(place, to: replaced, target)
                return target
            } catch {
                if error.cause == .fileExists {
                    number += 1
                    continue
                }
                guard error.isAbsence, try directory.statusIfPresent(place) != nil else { throw error }
                try renewFolders()
                try replaced.makeDirectory(target.removingLastComponent(), mode: MirroredTree.folderMode)
            }
        }
        throw PlatformError(
            .system, "rename to \(replaced.place(of: path))", path: directory.place(of: place), cause: .fileExists)
    }

    /// Makes moves to `replaced/` durable, before anything takes the names that are free now.
    func synchronize(_ folders: [FilePath]) throws(PlatformError) {
        guard !folders.isEmpty else { return }
        let distinct = Set(folders)
        guard distinct.count <= 4 else { return try replaced.synchronizeFileSystem() }
        for folder in distinct { try replaced.synchronize(folder) }
    }

    /// Whether a file of `work/` has the bytes of a file of `done/` or `failed/`; the heart beats while they are read.
    func isEqual(
        _ path: FilePath, to place: FilePath, in directory: OpenDirectory, _ heart: Heartbeat?
    ) throws(PlatformError) -> Bool {
        do throws(PlatformError) {
            guard let older = try directory.statusIfPresent(place), older.kind == .regular else { return false }
            let newer = try work.status(of: path)
            guard newer.kind == .regular, newer.size == older.size else { return false }
            let new = try work.openFile(path)
            let old = try directory.openFile(place)
            return try new.hasEqualBytes(as: old) { heart?.beat() }
        } catch {
            // A file that cannot be read is kept beside the other.
            guard error.isOthersDoing || error.cause == .ioError else { throw error }
            return false
        }
    }
}
