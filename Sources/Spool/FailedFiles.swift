package import Platform
package import SystemPackage

/// A file of `failed/` with the report beside it.
package struct FailedFile: Sendable {
    /// Where it lies below `failed/`.
    package let place: FilePath
    package let report: FailureReport
    /// When the report was written, in nanoseconds since 1970.
    package let reported: Int64

    /// The path below the inbox to which it goes back.
    package var path: FilePath { report.originalPath ?? place }
    /// The path of the file whose failed lines these are; nil for a file that failed as a whole.
    package var wholeFile: FilePath? {
        guard report.failedLines != nil, let name = path.lastComponent, name.string.hasSuffix(Spool.badLinesSuffix),
            let stem = FilePath.Component(bytes: Array(name.bytes.dropLast(Spool.badLinesSuffix.utf8.count)))
        else { return nil }
        return path.removingLastComponent().appending(stem)
    }
}

/// Lists and gives back what lies in `failed/`, for commands; it needs no daemon.
package struct FailedFiles {
    let places: SpoolDirectory
    private let failed: OpenDirectory

    /// Opens the folder of what failed.
    ///
    /// - Throws: `PlatformError`, for example when the user may not read `failed/`.
    package init(_ places: SpoolDirectory) throws(PlatformError) {
        self.places = places
        failed = try OpenDirectory(places.failed)
    }

    /// All files, in the order of their paths; one whose report is lost is told of too.
    ///
    /// - Parameters:
    ///   - since: reports that were written before are left out, in nanoseconds since 1970.
    ///   - most: so many are found at most.
    ///   - isWanted: tells by the path of a file below the inbox whether it is one of them.
    /// - Returns: the files.
    /// - Throws: `PlatformError` when a folder cannot be read.
    package func all(
        since: Int64 = .min, atMost most: Int = .max, where isWanted: (FilePath) -> Bool = { _ in true }
    ) throws(PlatformError) -> [FailedFile] {
        func isToldOf(_ file: FailedFile) -> Bool {
            file.reported >= since && isWanted(file.wholeFile ?? file.path)
        }
        var found: [FailedFile] = []
        var folders = [FilePath()]
        while found.count < most, let folder = folders.popLast() {
            var inner: [FilePath] = []
            var files: [FailedFile] = []
            var reported: Set<FilePath> = []
            // Reading a report costs much more than looking at its time.
            var older: Set<FilePath.Component> = []
            var others: [FilePath] = []
            for entry in try failed.entries(of: folder) where entry.name.bytes.first != UInt8(ascii: ".") {
                let path = folder.appending(entry.name)
                if entry.kind == .some(.directory) {
                    inner.append(path)
                } else if since > .min, try isReport(path, before: since) {
                    older.insert(entry.name)
                } else if let file = try file(ofSidecar: path) {
                    reported.insert(file.place)
                    if isToldOf(file) { files.append(file) }
                    if found.count + files.count >= most { return found + files }
                } else {
                    others.append(path)
                }
            }
            let count = files.count
            for path in others where !reported.contains(path) {
                if let name = path.lastComponent, older.contains(Spool.sidecar(name)) { continue }
                if let file = try fileWithoutReport(path), isToldOf(file) { files.append(file) }
            }
            if files.count > count { files.sort { $0.place.string < $1.place.string } }
            found += files
            folders += inner.reversed()
        }
        return Array(found.prefix(most))
    }

    /// The file that failed at a path below the inbox; nil when none did.
    package func file(of path: FilePath) throws(PlatformError) -> FailedFile? {
        let place = try MirroredTree(failed).place(of: path)
        guard let name = place.lastComponent else { return nil }
        let sidecar = place.removingLastComponent().appending(Spool.sidecar(name))
        if let file = try file(ofSidecar: sidecar) { return file }
        return try fileWithoutReport(place)
    }

    /// Whether a file that was dropped at a path, or lines of one, lie in `failed/` still.
    ///
    /// - Throws: `PlatformError` when the folder cannot be read.
    package func hasReport(of path: FilePath) throws(PlatformError) -> Bool {
        if try file(of: path) != nil { return true }
        guard let name = path.lastComponent else { return false }
        return try file(of: path.removingLastComponent().appending(Spool.badLines(name))) != nil
    }

    private func isReport(_ path: FilePath, before moment: Int64) throws(PlatformError) -> Bool {
        guard let name = path.lastComponent, FailureReport.isOfReport(name) else { return false }
        return try failed.statusIfPresent(path).map { $0.modified < moment } ?? false
    }

    private func file(ofSidecar path: FilePath) throws(PlatformError) -> FailedFile? {
        guard let name = path.lastComponent?.bytes else { return nil }
        for suffix in [FailureReport.suffix, FailureReport.earlierSuffix]
        where name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) {
            if suffix == FailureReport.earlierSuffix {
                guard try FailureReport.isEarlierReport(path, in: failed) else { return nil }
            }
            guard let reported = try failed.statusIfPresent(path)?.modified,
                let report = try FailureReport.read(path, in: failed),
                let stem = FilePath.Component(bytes: Array(name.dropLast(suffix.utf8.count)))
            else { return nil }
            // A long name is shortened in that of its sidecar, and the report has it whole.
            let whole = report.originalPath?.lastComponent.flatMap { Spool.sidecar($0).bytes == name ? $0 : nil }
            let place = path.removingLastComponent().appending(whole ?? stem)
            // A file that somebody took away needs no mending; the next start removes what tells of it.
            if report.hasFile != false, try failed.statusIfPresent(place) == nil { return nil }
            return FailedFile(place: place, report: report, reported: reported)
        }
        return nil
    }

    /// A file that lies here while its report is gone or damaged; nil for any other.
    private func fileWithoutReport(_ place: FilePath) throws(PlatformError) -> FailedFile? {
        guard let name = place.lastComponent, !FailureReport.isOfReport(name) else { return nil }
        for suffix in [FailureReport.suffix, FailureReport.earlierSuffix] {
            let sidecar = place.removingLastComponent().appending(FileName.joined(name.bytes, suffix))
            // A report that is closed to this user is no lost one.
            guard try isLost(sidecar, isEarlier: suffix == FailureReport.earlierSuffix) else { return nil }
        }
        guard let status = try failed.statusIfPresent(place), status.kind != .directory else { return nil }
        return FailedFile(
            place: place, report: FailureReport(lostOf: place.withoutMarks, status), reported: status.changed)
    }

    /// Whether there is no report of a name that can be read by anybody.
    private func isLost(_ sidecar: FilePath, isEarlier: Bool) throws(PlatformError) -> Bool {
        do throws(PlatformError) {
            if isEarlier { return try !FailureReport.isEarlierReport(sidecar, in: failed) }
            _ = try failed.openFile(sidecar)
            return try FailureReport.read(sidecar, in: failed) == nil
        } catch {
            guard error.isAbsence || error.cause == .invalidArgument else {
                if error.cause == .permissionDenied { return false }
                throw error
            }
            return true
        }
    }

    /// What a request to try a file again came to.
    package enum RetryOutcome: String, Sendable, Equatable {
        /// It is in the inbox again.
        case back
        /// A newer file waits at that path, which will be tried instead.
        case newerWaits = "newer_waits"
        /// A folder lies at that path.
        case folderInTheWay = "folder_in_the_way"
        /// A file lies where a folder of that path belongs.
        case fileInTheWay = "file_in_the_way"
        /// Only the report lies there: the rejected lines are in `done/` with the others.
        case onlyReported = "only_reported"
        /// Somebody has taken it away.
        case gone
    }

    /// The operation of the error of who may not move files out of `failed/`.
    static let leaving = "move files out of the folder"

    /// Moves a file back to its path in the inbox and removes its report, so it is tried again.
    ///
    /// - Returns: what it came to.
    /// - Throws: `PlatformError`, for example when the user may not move it.
    package func retry(_ file: FailedFile) throws(PlatformError) -> RetryOutcome {
        // Found out first: a folder that is made in the inbox for nothing would be in the way of who may move it.
        let folder = failed.place(of: file.place).removingLastComponent()
        guard Directory.isWritable(folder) else {
            throw PlatformError(.system, Self.leaving, path: folder, cause: .permissionDenied)
        }
        let inbox = try OpenDirectory(places.inbox)
        if file.report.hasFile == false {
            // What was left in the inbox is taken again when nothing tells of its failure any more.
            guard try inbox.statusIfPresent(file.path) != nil else { return .onlyReported }
            remove(try FailureReport.sidecars(of: file.place, in: failed), of: file)
            return .back
        }
        let reports = try FailureReport.sidecars(of: file.place, in: failed)
        guard try failed.statusIfPresent(file.place) != nil else {
            remove(reports, of: file)
            return .gone
        }
        do throws(PlatformError) {
            try inbox.makeDirectory(file.path.removingLastComponent(), mode: 0o755)
        } catch {
            guard error.cause == .notDirectory || error.cause == .fileExists else { throw error }
            return .fileInTheWay
        }
        do throws(PlatformError) {
            try failed.renameExclusively(file.place, to: inbox, file.path)
        } catch {
            guard error.cause == .fileExists else { throw error }
            return try inbox.statusIfPresent(file.path)?.kind == .directory ? .folderInTheWay : .newerWaits
        }
        remove(reports, of: file)
        return .back
    }

    /// Removes reports, unless others have taken their names: the daemon may have tried the file in the meantime.
    private func remove(_ reports: [(place: FilePath, status: FileStatus)], of file: FailedFile) {
        for (place, status) in reports where (try? failed.statusIfPresent(place))??.inode == status.inode {
            failed.removeIfPresent(place)
        }
        MirroredTree(failed).removeEmptyFolders(above: file.place)
    }

    /// The owner of a failed file; for one that has only its report here, who owned it when it failed.
    package func owner(of file: FailedFile) throws(PlatformError) -> UInt32 {
        try failed.statusIfPresent(file.place)?.owner ?? file.report.owner
    }
}
