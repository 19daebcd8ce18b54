package import Platform
package import SystemPackage

/// The files of a spool that came to lie where they are before a moment; it needs no daemon.
///
/// In `replaced/` the day of the folder counts, in `done/` and `failed/` the time of the move, never that of the last write.
package struct AgedFiles {
    private let spool: SpoolDirectory
    private let limit: RealTime
    private var folders: [AgedFile.Folder: OpenDirectory] = [:]
    /// What was found.
    package private(set) var files: [AgedFile] = []
    /// Names in `replaced/` that are days and no folders, such as links, below the spool; they stay as they are.
    package private(set) var passedOver: [FilePath] = []

    /// Looks for files.
    ///
    /// - Parameters:
    ///   - spool: the spool.
    ///   - limit: what came before it has aged.
    ///   - kinds: where to look.
    /// - Throws: `PlatformError` when a folder cannot be read.
    package init(
        _ spool: SpoolDirectory, before limit: RealTime, in kinds: some Sequence<AgedFile.Folder>
    ) throws(PlatformError) {
        self.spool = spool
        self.limit = limit
        for kind in kinds {
            let directory: OpenDirectory
            do throws(PlatformError) {
                directory = try OpenDirectory(spool.root.appending(kind.rawValue))
            } catch {
                if error.isAbsence { continue }
                throw error
            }
            folders[kind] = directory
            switch kind {
            case .replaced:
                for entry in try directory.entries()
                where RealTime.isDay(entry.name.bytes) && entry.name.string < limit.day {
                    let day = FilePath(root: nil, [entry.name])
                    guard let status = try directory.statusIfPresent(day) else { continue }
                    guard status.kind == .directory else {
                        passedOver.append(FilePath(kind.rawValue).pushing(day))
                        continue
                    }
                    try find(kind, directory, below: day) { _ in true }
                }
            case .done, .failed: try find(kind, directory, below: FilePath()) { $0.changed < limit.nanoseconds }
            }
        }
    }

    private mutating func find(
        _ kind: AgedFile.Folder, _ directory: OpenDirectory, below top: FilePath, _ isAged: (FileStatus) -> Bool
    ) throws(PlatformError) {
        var rest = [top]
        while let folder = rest.popLast() {
            for entry in try directory.entries(of: folder) {
                let place = folder.appending(entry.name)
                // Hidden names of failed/ belong to the daemon.
                if kind == .failed, folder.isEmpty, entry.name.bytes.first == UInt8(ascii: ".") { continue }
                guard let status = try directory.statusIfPresent(place) else { continue }
                if status.kind == .directory {
                    rest.append(place)
                } else if isAged(status) {
                    files.append(AgedFile(folder: kind, place: place, status: status))
                }
            }
        }
    }

    /// Removes a file, and the folders above it that are empty then.
    ///
    /// - Parameter file: one of `files`.
    /// - Returns: whether it was there still.
    /// - Throws: `PlatformError`.
    package func remove(_ file: AgedFile) throws(PlatformError) -> Bool {
        guard let directory = folders[file.folder] else { return false }
        guard try directory.removeAged(file.place, file.status) else { return false }
        MirroredTree(directory).removeEmptyFolders(above: file.place)
        return true
    }
}
