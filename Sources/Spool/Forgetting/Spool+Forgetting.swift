package import Identity
package import Inbox
package import Platform
package import SystemPackage

/// The files of a document that is forgotten.
extension Spool {
    /// Moves what lay in the spool for a path at a moment to `replaced/`, or removes it.
    ///
    /// That is the original, what waits in `retry/` or in the inbox, there with mended lines of it under any name, and what failed with its
    /// report. What may not be moved stays in the inbox and is noted as forgotten, so that it comes back only when somebody writes to it. Versions that
    /// `replaced/` holds already stay there, and so does what came later: `ctime` says when a file came to lie somewhere.
    /// It can be repeated.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - moment: the moment, in nanoseconds since 1970.
    ///   - dropped: the moment for the inbox, by the clock of files: what came to lie there then or later stays.
    ///   - claim: tells several versions of a day apart.
    ///   - deleting: whether the files are removed.
    ///   - round: the order.
    /// - Returns: what was done.
    /// - Throws: `PlatformError`.
    package func putAway(
        forgotten path: FilePath, until moment: Int64, before dropped: Int64, claim: ClaimName, deleting: Bool,
        _ round: inout ForgettingRound
    ) throws(PlatformError) -> ForgottenFiles {
        var files = ForgottenFiles()
        let day = round.day
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
        let inInbox = try putAwayWaiting(
            path, before: dropped, claim: claim, deleting: deleting, &round)
        if let file = inInbox.putAway { files.putAway.append(file) }
        if inInbox.isLeft { files.left.append(inbox.place(of: path)) }
        for lines in try round.mendedLines(of: path, in: inbox) {
            let waiting = try putAwayWaiting(lines, before: dropped, claim: claim, deleting: deleting, &round)
            if let file = waiting.putAway { files.putAway.append(file) }
            if waiting.isLeft { files.left.append(inbox.place(of: lines)) }
        }
        for directory in [try retryFolder, done].compactMap({ $0 }) {
            let tree = MirroredTree(directory)
            let place = try tree.place(of: path)
            for file in try Originals.files(of: path, in: tree, &round.listings) {
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

    /// Notes that lines of a file were forgotten, where it lies in the inbox.
    ///
    /// One that was left there is not read again before somebody writes to it, and one that waits is claimed as of the time when it
    /// was dropped, so that the record of the line covers it. It can be repeated.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - moment: what was dropped then or later is not meant, by the clock of files.
    /// - Throws: `PlatformError`.
    package func forgetLines(of path: FilePath, before moment: Int64) throws(PlatformError) {
        let entry = try left.entry(of: path)
        switch seen(path) {
        case .file(let status) where entry?.isOfSameWrite(as: status) ?? false:
            guard let entry, entry.outcome == .indexed else { return }
            try left.note(path, entry.ended(.partlyForgotten))
        case .file(let status):
            if status.changed < moment {
                try left.note(path, LeftEntry(status, nil, .partlyForgottenBefore))
            } else if entry != nil {
                try left.remove(path)
            }
        case .nothing: if entry != nil { try left.remove(path) }
        case .hidden: if let entry, entry.outcome == .indexed { try left.note(path, entry.ended(.partlyForgotten)) }
        }
    }

    /// Whether anything of a path lies in the spool that could be put away, apart from earlier versions in `replaced/`.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - ignore: the names of the inbox that are never taken.
    ///   - listings: the folders that were listed for the same look.
    /// - Returns: whether there is anything.
    /// - Throws: `PlatformError` when that cannot be known.
    package func holdsFiles(
        of path: FilePath, _ ignore: IgnorePatterns, _ listings: inout FolderListings
    ) throws(PlatformError) -> Bool {
        if case .file(let status) = seen(path), ignore.match(path) == nil, !isForgottenInPlace(path, status) {
            return true
        }
        return try holdsMoved(path, &listings)
    }

    /// The paths of which no version lies anywhere in the spool but in `replaced/`.
    ///
    /// - Parameters:
    ///   - paths: the paths below the inbox.
    ///   - joined: the paths of which files in work count as versions that have names of their own.
    ///   - beat: called for each path, as a sign of life.
    /// - Returns: those that are missing.
    /// - Throws: `PlatformError` when it is not known of one.
    package func missing(
        among paths: some Sequence<FilePath>, joined: Set<FilePath> = [], beat: () -> Void
    ) throws(PlatformError) -> Set<FilePath> {
        // First, since a file moves from here to `done/`.
        let working = try pathsInWork().union(joined)
        var listings = FolderListings()
        var missing: Set<FilePath> = []
        for path in paths {
            beat()
            guard !working.contains(path), try !holdsVersion(of: path, &listings) else { continue }
            missing.insert(path)
        }
        return missing
    }

    private func holdsVersion(of path: FilePath, _ listings: inout FolderListings) throws(PlatformError) -> Bool {
        let tree = MirroredTree(done)
        if try tree.file(of: path) != nil { return true }
        // It may lie where a link leads.
        if try tree.hasLink(above: path) { return true }
        if try holdsMoved(path, &listings) { return true }
        guard let status = try inbox.statusIfPresent(path) else { return false }
        return status.kind != .directory
    }

    /// Whether a version lies where the daemon has moved it, apart from `work/` and `replaced/`.
    private func holdsMoved(_ path: FilePath, _ listings: inout FolderListings) throws(PlatformError) -> Bool {
        for directory in [done, try retryFolder, failed].compactMap({ $0 })
        where try !Originals.files(of: path, in: MirroredTree(directory), &listings).isEmpty {
            return true
        }
        return false
    }

    /// The paths of what waits to be taken in the inbox, and of what lies in `retry/` and in `failed/`.
    ///
    /// - Parameter ignore: the names of the inbox that are never taken.
    /// - Returns: the paths below the inbox.
    /// - Throws: `PlatformError`.
    package func waitingPaths(_ ignore: IgnorePatterns) throws(PlatformError) -> Set<FilePath> {
        var found = Set(try FailedFiles(places).all().map(\.path))
        try inbox.forEachFile(but: ignore) { found.insert($0) }
        try retryFolder?.forEachFile(but: nil) { found.insert($0) }
        return found
    }

    /// The folder `retry/`; nil where it is none, as when somebody has put a link there.
    private var retryFolder: OpenDirectory? {
        get throws(PlatformError) {
            do throws(PlatformError) {
                return try root.directory("retry")
            } catch {
                guard error.isAbsence || error.cause == .tooManySymbolicLinkLevels else { throw error }
                return nil
            }
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
