package import Identity
package import Platform
package import SystemPackage

/// The files of a document that is forgotten.
extension Spool {
    /// Moves what lay in the spool for a path at a moment to `replaced/`, or removes it.
    ///
    /// That is the original, what waits in the inbox or in `retry/`, and what failed with its report. Versions that
    /// `replaced/` holds already stay there, and so does what came later: `ctime` says when a file came to lie somewhere.
    /// It can be repeated.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - moment: the moment, in nanoseconds since 1970.
    ///   - claim: tells several versions of a day apart.
    ///   - deleting: whether the files are removed.
    ///   - day: the day of today.
    /// - Returns: what was done.
    /// - Throws: `PlatformError`.
    package func putAway(
        forgotten path: FilePath, until moment: Int64, claim: ClaimName, deleting: Bool, day: String
    ) throws(PlatformError) -> ForgottenFiles {
        var files = ForgottenFiles()
        func put(_ directory: OpenDirectory, _ place: FilePath, as path: FilePath) throws(PlatformError) {
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
            try put(inbox, path, as: path)
        } catch {
            guard error.isOthersDoing else { throw error }
            if !error.isAbsence { files.left.append(inbox.place(of: path)) }
        }
        for directory in [try root.directory(trusting: "retry"), done] {
            let tree = MirroredTree(directory)
            let place = try tree.place(of: path)
            for file in Originals.files(of: path, in: tree) {
                try put(directory, file.place, as: file.place == place ? path : file.place)
            }
            tree.removeEmptyFolders(above: place)
        }
        for path in [path, Self.badLines(of: path)] {
            let tree = MirroredTree(failed)
            let place = try tree.place(of: path)
            try put(failed, place, as: path)
            try removeReports(of: place, until: moment)
            tree.removeEmptyFolders(above: place)
        }
        return files
    }

    /// Whether anything of a path lies in the spool, apart from earlier versions in `replaced/`.
    package func holdsFiles(of path: FilePath) -> Bool {
        if let status = try? inbox.statusIfPresent(path), status.kind != .directory { return true }
        let retry = try? root.directory(trusting: "retry")
        for directory in [done, retry, failed] {
            if let directory, !Originals.files(of: path, in: MirroredTree(directory)).isEmpty { return true }
        }
        return false
    }

    /// Whether the original of a document lies in `done/`, or was left in the inbox.
    package func holdsOriginal(of path: FilePath) throws(PlatformError) -> Bool {
        let tree = MirroredTree(done)
        if try tree.file(of: path) != nil || !Originals.files(of: path, in: tree).isEmpty { return true }
        return try inbox.statusIfPresent(path).map { $0.kind != .directory } ?? false
    }

    /// The paths of what waits in the inbox, in `retry/` and in `failed/`.
    package func waitingPaths() throws(PlatformError) -> Set<FilePath> {
        var found = Set(try FailedFiles(places).all().map(\.path))
        for directory in [inbox, try root.directory(trusting: "retry")] {
            var folders = [FilePath()]
            while let folder = folders.popLast() {
                // A folder that is closed to the daemon holds nothing that it could take.
                for entry in (try? directory.entries(of: folder)) ?? [] {
                    let path = folder.appending(entry.name)
                    if entry.kind == .some(.directory) { folders.append(path) } else { found.insert(path) }
                }
            }
        }
        return found
    }

    private func removeReports(of place: FilePath, until moment: Int64) throws(PlatformError) {
        guard let name = place.lastComponent else { return }
        for suffix in FailureReport.suffixes {
            let report = place.removingLastComponent().appending(FileName.joined(name.bytes, suffix))
            guard let status = try failed.statusIfPresent(report), status.changed <= moment else { continue }
            try failed.remove(report)
        }
    }

    private static func badLines(of path: FilePath) -> FilePath {
        path.lastComponent.map { path.removingLastComponent().appending(badLines($0)) } ?? path
    }
}
