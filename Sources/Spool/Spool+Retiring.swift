import Identity
package import Platform
package import SystemPackage

extension Spool {
    /// What happened to a file whose rows are committed.
    package enum RetireOutcome: Sendable, Equatable {
        case done
        /// It was written to after it was read, so it is back in the inbox as the next version.
        case changed
        /// It no longer existed.
        case vanished
    }

    /// Which documents of the index come from a file that equals the one in `done/`, and so which of the two is needed.
    package enum Rows: Sendable, Equatable {
        /// All its documents were known: they come from the earlier file.
        case ofEarlier
        /// None was known: they come from this file.
        case ofThis
        /// Some of each, or it is not known.
        case ofBoth
    }

    /// Moves an indexed file to `done/`, or deletes it unless `keeping`.
    ///
    /// An earlier version that lies there goes to `replaced/` first; of two equal files the one stays that rows of the index
    /// come from, because its time of writing tells it from others. All of it can be repeated after a crash. The folders above
    /// the file in `work/` remain for `removeFolders(of:)`.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - status: its status when it was read; nil skips the comparison.
    ///   - path: where it belongs in `done/`; nil for its path below the inbox.
    ///   - rows: which of two equal files its documents come from.
    ///   - keeping: whether it is kept at all.
    ///   - day: the day of today, for `replaced/`.
    ///   - heart: beats while two files are compared.
    /// - Returns: what became of it.
    /// - Throws: `PlatformError`; the file is still in `work/` then.
    package func retire(
        _ file: ClaimedFile, asRead status: FileStatus?, as path: FilePath? = nil, rows: Rows = .ofBoth, keeping: Bool,
        day: String, heart: Heartbeat? = nil
    ) throws(PlatformError) -> RetireOutcome {
        if file.isCopy {
            try removeCopy(file.path)
            return .done
        }
        do throws(PlatformError) {
            if let status, try !work.status(of: file.path).isSameContents(as: status), try giveBack(file) {
                return .changed
            }
            guard keeping else {
                try work.remove(file.path)
                return .done
            }
            try moveToDone(file, as: path ?? file.relativePath, rows, day: day, heart)
            return .done
        } catch {
            guard error.isAbsence, try work.statusIfPresent(file.path) == nil else { throw error }
            return .vanished
        }
    }

    /// Moves an indexed file of which a newer version is indexed to `replaced/`, or deletes it unless `keeping`.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - path: where it would have belonged in `done/`; nil for its path below the inbox.
    ///   - keeping: whether it is kept at all.
    ///   - day: the day of today.
    /// - Throws: `PlatformError`; the file is still in `work/` then.
    package func retireOlder(
        _ file: ClaimedFile, as path: FilePath? = nil, keeping: Bool, day: String
    ) throws(PlatformError) {
        if file.isCopy { return try removeCopy(file.path) }
        do throws(PlatformError) {
            guard keeping else { return try work.remove(file.path) }
            try renewFolders()
            _ = try setAside(work, file.path, as: path ?? file.relativePath, for: file.name, day: day)
        } catch {
            guard error.isAbsence, try work.statusIfPresent(file.path) == nil else { throw error }
        }
    }

    private func moveToDone(
        _ file: ClaimedFile, as path: FilePath, _ rows: Rows, day: String, _ heart: Heartbeat?
    ) throws(PlatformError) {
        for _ in 0..<Self.attempts {
            let place = try MirroredTree(done).place(of: path)
            do throws(PlatformError) {
                return try work.renameExclusively(file.path, to: done, place)
            } catch {
                switch error.cause {
                case .fileExists:
                    if rows != .ofBoth, try isEqual(file.path, to: place, in: done, heart) {
                        if rows == .ofEarlier { return try work.remove(file.path) }
                        return try work.rename(file.path, to: done, place)
                    }
                    guard try done.statusIfPresent(place) != nil else { continue }
                    try synchronize([setAside(done, place, as: path, for: file.name, day: day)])
                case .noSuchFileOrDirectory:
                    guard try work.statusIfPresent(file.path) != nil else { throw error }
                    try renewFolders()
                    try done.makeDirectory(place.removingLastComponent(), mode: MirroredTree.folderMode)
                case .notDirectory, .isDirectory: continue
                default: throw error
                }
            }
        }
        // Others keep making and removing names there; the next attempt will not meet them again.
        throw PlatformError(
            .system, "rename to \(done.place(of: path))", path: work.place(of: file.path), cause: .fileExists)
    }

    /// Moves earlier versions of files that are about to be retired to `replaced/`, with the mended lines that belong to
    /// them, and makes that durable at once.
    ///
    /// It spares the flush that each of them would cost by itself. Which of them are equal to their successor is found out
    /// when that is retired.
    ///
    /// - Parameters:
    ///   - files: the files, with the paths that they have in `done/`, and whether lines of them may have been mended.
    ///   - day: the day of today.
    ///   - heart: beats with every file, and while a large one is compared.
    /// - Throws: `PlatformError`; it can be repeated.
    package func setAsideVersions(
        before files: [(file: ClaimedFile, path: FilePath, hasLines: Bool)], day: String, heart: Heartbeat? = nil
    ) throws(PlatformError) {
        var changed: [FilePath] = []
        var lines = MendedLines(done)
        for (file, path, hasLines) in files {
            heart?.beat()
            guard let older = try MirroredTree(done).file(of: path), try work.statusIfPresent(file.path) != nil,
                try !isEqual(file.path, to: older.place, in: done, heart)
            else { continue }
            // Before the version itself, by which the next start knows that there is something to do.
            for place in try hasLines ? lines.places(beside: older.place, before: file.name) : [] {
                guard let name = place.lastComponent else { continue }
                let target = path.removingLastComponent().appending(name)
                changed.append(try setAside(done, place, as: target, for: file.name, day: day))
            }
            changed.append(try setAside(done, older.place, as: path, for: file.name, day: day))
        }
        try synchronize(changed)
    }

    private static let attempts = 100
}
