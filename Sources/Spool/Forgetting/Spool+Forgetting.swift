package import Identity
package import Platform
package import SystemPackage

/// The files of a document that is forgotten.
extension Spool {
    /// Moves what lay in the spool for a path at a moment to `replaced/`, or removes it.
    ///
    /// That is the original, what waits in the inbox or in `retry/`, and what failed with its report. What may not be moved
    /// stays in the inbox and is noted as forgotten, so that it comes back only when somebody writes to it. Versions that
    /// `replaced/` holds already stay there, and so does what came later: `ctime` says when a file came to lie somewhere.
    /// It can be repeated.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - moment: the moment, in nanoseconds since 1970.
    ///   - dropped: the same for the inbox: what came to lie there later stays.
    ///   - claim: tells several versions of a day apart.
    ///   - deleting: whether the files are removed.
    ///   - day: the day of today.
    ///   - listings: the folders that the order has listed.
    /// - Returns: what was done.
    /// - Throws: `PlatformError`.
    package func putAway(
        forgotten path: FilePath, until moment: Int64, dropped: Int64, claim: ClaimName, deleting: Bool,
        day: String, _ listings: inout FolderListings
    ) throws(PlatformError) -> ForgottenFiles {
        var files = ForgottenFiles()
        func put(
            _ directory: OpenDirectory, _ place: FilePath, as path: FilePath, until moment: Int64
        ) throws(PlatformError) {
            guard let status = try directory.statusIfPresent(place), status.kind != .directory, status.changed <= moment
            else { return }
            if deleting {
                try directory.remove(place)
                files.putAway.append(ForgottenFiles.PutAway(place: nil, status: status))
            } else {
                let target = try moveAside(directory, place, as: path, for: claim, day: day)
                files.putAway.append(
                    ForgottenFiles.PutAway(place: FilePath("replaced").pushing(target), status: status))
            }
        }
        do throws(PlatformError) {
            try put(inbox, path, as: path, until: dropped)
        } catch {
            // What lies in the inbox is others' doing; `replaced/` is ours.
            guard error.isOthersDoing, error.path?.starts(with: replaced.path) != true else { throw error }
            // Noted as forgotten where it lies it would stay there for ever, although it can be moved the next time.
            if !Self.leavesInPlace(error), case .file(let status) = seen(path), mayMove(path, status) { throw error }
        }
        if try forgetInPlace(path, until: dropped) { files.left.append(inbox.place(of: path)) }
        for directory in [try root.directory(trusting: "retry"), done] {
            let tree = MirroredTree(directory)
            let place = try tree.place(of: path)
            for file in try Originals.files(of: path, in: tree, &listings) {
                try put(directory, file.place, as: file.place == place ? path : file.place, until: moment)
            }
            tree.removeEmptyFolders(above: place)
        }
        for path in [path, Self.badLines(of: path)] {
            let tree = MirroredTree(failed)
            let place = try tree.place(of: path)
            try put(failed, place, as: path, until: moment)
            try removeReports(of: place, until: moment)
            tree.removeEmptyFolders(above: place)
        }
        return files
    }

    /// Notes that lines of a file were forgotten, should it have been left in the inbox.
    ///
    /// So it is not read again before somebody writes to it. It can be repeated.
    package func forgetLines(of path: FilePath) throws(PlatformError) {
        guard let entry = try left.entry(of: path), entry.outcome == .indexed else { return }
        let isThere =
            switch seen(path) {
            case .file(let status): entry.isOfSameWrite(as: status)
            case .nothing: false
            case .hidden: true
            }
        if isThere { try left.note(path, entry.ended(.partlyForgotten)) } else { try left.remove(path) }
    }

    /// Notes that a file which could not be moved is forgotten where it lies.
    ///
    /// - Returns: whether there is one; otherwise whatever comes to lie there was dropped later.
    private func forgetInPlace(_ path: FilePath, until moment: Int64) throws(PlatformError) -> Bool {
        let entry = try left.entry(of: path)
        switch seen(path) {
        case .file(let status) where status.changed <= moment || entry?.isOfSameWrite(as: status) ?? false:
            try left.note(path, LeftEntry.forgotten(status, birth: inbox.birth(of: path)))
            return true
        case .hidden:
            // What is known of it is what was forgotten.
            guard let entry else { return false }
            try left.note(path, entry.ended(.forgotten))
            return true
        case .file, .nothing:
            try left.remove(path)
            return false
        }
    }

    /// What can be seen at a path of the inbox.
    private enum Seen {
        case file(FileStatus)
        case nothing
        /// A folder above it is closed to this process.
        case hidden
    }

    private func seen(_ path: FilePath) -> Seen {
        do throws(PlatformError) {
            guard let status = try inbox.statusIfPresent(path), status.kind != .directory else { return .nothing }
            return .file(status)
        } catch {
            return error.isAbsence ? .nothing : .hidden
        }
    }

    /// Whether anything of a path lies in the spool that could be put away, apart from earlier versions in `replaced/`.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - listings: the folders that were listed for the same look.
    /// - Returns: whether there is anything.
    /// - Throws: `PlatformError` when that cannot be known.
    package func holdsFiles(of path: FilePath, _ listings: inout FolderListings) throws(PlatformError) -> Bool {
        if case .file(let status) = seen(path), !isForgottenInPlace(path, status) { return true }
        for directory in [done, try root.directory(trusting: "retry"), failed]
        where try !Originals.files(of: path, in: MirroredTree(directory), &listings).isEmpty {
            return true
        }
        return false
    }

    /// Whether the original of a document lies in `done/`, or was left in the inbox.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - listings: the folders that were listed for the same look.
    /// - Returns: whether it is there.
    /// - Throws: `PlatformError`.
    package func holdsOriginal(of path: FilePath, _ listings: inout FolderListings) throws(PlatformError) -> Bool {
        let tree = MirroredTree(done)
        if try tree.file(of: path) != nil { return true }
        if try !Originals.files(of: path, in: tree, &listings).isEmpty { return true }
        return try inbox.statusIfPresent(path).map { $0.kind != .directory } ?? false
    }

    /// The paths of what waits in the inbox, in `retry/` and in `failed/`.
    package func waitingPaths() throws(PlatformError) -> Set<FilePath> {
        var found = Set(try FailedFiles(places).all().map(\.path))
        for directory in [inbox, try root.directory(trusting: "retry")] {
            var folders = [FilePath()]
            while let folder = folders.popLast() {
                for entry in try entries(of: folder, in: directory) {
                    let path = folder.appending(entry.name)
                    if entry.kind == .some(.directory) { folders.append(path) } else { found.insert(path) }
                }
            }
        }
        return found
    }

    /// What lies in a folder; a folder that is closed to the daemon holds nothing that it could take.
    private func entries(
        of folder: FilePath, in directory: OpenDirectory
    ) throws(PlatformError) -> [Directory.Entry] {
        do throws(PlatformError) {
            return try directory.entries(of: folder)
        } catch {
            guard error.isOthersDoing else { throw error }
            return []
        }
    }

    private func removeReports(of place: FilePath, until moment: Int64) throws(PlatformError) {
        for report in try FailureReport.sidecars(of: place, in: failed) where report.status.changed <= moment {
            try failed.remove(report.place)
        }
    }

    private static func badLines(of path: FilePath) -> FilePath {
        path.lastComponent.map { path.removingLastComponent().appending(badLines($0)) } ?? path
    }
}
