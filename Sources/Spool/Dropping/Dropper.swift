package import Inbox
package import Platform
package import SystemPackage

/// Hands files and folders over to the daemon whole, for `vectorspool drop`; it needs no daemon.
///
/// A copy is made under a name of ours, which the daemon leaves alone, with modes that let the daemon read and move it
/// whatever the umask is. When all of it is on the disk, one rename gives it its own name.
package final class Dropper {
    /// The mode of a file: the daemon reads it by its group.
    static let fileMode: UInt32 = 0o640
    /// The mode of a folder: the daemon moves files out of it by its group.
    static let folderMode: UInt32 = 0o2770
    private static let deepest = 200

    let inbox: OpenDirectory
    private let group: UInt32
    private let places: SpoolDirectory
    private let spool: FileStatus
    private let folder: FilePath
    private let moves: Bool
    private let ignore: IgnorePatterns
    /// The rule that excludes the folder, so that nothing in it would be taken.
    private let folderRule: IgnoreRule?
    private let isInterrupted: () -> Bool
    private let progress: (DropReport) -> Void
    package private(set) var report = DropReport()
    /// What was handed over under each name of the folder that receives it.
    private var sources: [FilePath.Component: FilePath] = [:]
    /// What was copied of the present source, to be removed there when the copy is durable.
    private var copied: [(source: FilePath, status: FileStatus)] = []
    /// The folders that were copied, inner ones first.
    private var folders: [FilePath] = []

    /// Opens the inbox, and removes what earlier drops of this user left when they were killed.
    ///
    /// - Parameters:
    ///   - places: the spool.
    ///   - folder: the folder below the inbox that receives everything; empty for the inbox itself.
    ///   - moves: whether sources are removed when their copies are durable.
    ///   - ignore: the names that the daemon does not take, which are not copied.
    ///   - isInterrupted: whether to end.
    ///   - progress: hears of every piece.
    /// - Throws: `PlatformError`, for example when the user may not write there.
    package init(
        _ places: SpoolDirectory, into folder: FilePath, moves: Bool, ignore: IgnorePatterns,
        isInterrupted: @escaping () -> Bool, progress: @escaping (DropReport) -> Void
    ) throws(PlatformError) {
        self.places = places
        inbox = try OpenDirectory(places.inbox)
        guard Directory.isWritable(places.inbox) else {
            let isReadOnly = (try? FileSystemStatus(of: places.inbox))?.isReadOnly ?? false
            throw PlatformError(
                .system, "write", path: places.inbox, cause: isReadOnly ? .readOnlyFileSystem : .permissionDenied)
        }
        group = try inbox.status().group
        spool = try FileStatus.followingLinks(places.root)
        self.folder = folder
        self.moves = moves
        self.ignore = ignore
        folderRule =
            folder.components.indices.lazy.map { end in
                FilePath(root: nil, folder.components[...end])
            }.compactMap { ignore.rule(for: $0, isFolder: true) }.first
        self.isInterrupted = isInterrupted
        self.progress = progress
        try removeLeftovers()
    }

    /// Hands over one file or folder.
    ///
    /// What cannot be handed over is in the report, and the rest goes on.
    /// - Throws: `PlatformError` for a full disk and the like, of code `.busy` when it was interrupted; nothing of this
    ///   source is in the inbox then.
    package func drop(_ source: FilePath) throws(PlatformError) {
        guard let name = source.lastComponent, name.kind == .regular else {
            return refuse(source, "it has no name of its own; give the files in it, or its full path")
        }
        if let place = placeInSpool(source) {
            let advice = places.adviceInstead(ofDropping: place).map { "; " + $0 } ?? ""
            return refuse(source, "it is in the spool already" + advice)
        }
        if let earlier = sources[name] {
            guard earlier != source else { return }
            return refuse(
                source,
                "\(earlier.displayName) has the same name and would be replaced; drop this one into another folder with --into"
            )
        }
        let target = folder.appending(name)
        if let rule = folderRule {
            return refuse(source, "the daemon takes nothing out of the folder \(folder): \(rule.reason)")
        }
        if let rule = ignore.rule(for: target, isFolder: false) { return refuse(source, rule.reason) }
        let parent: OpenDirectory
        do throws(PlatformError) {
            parent = try OpenDirectory(source.removingLastComponent())
        } catch {
            return refuse(source, error)
        }
        let temporary = FilePath(root: nil, [Self.temporaryName(for: name)])
        let before = report
        copied = []
        folders = []
        do throws(PlatformError) {
            guard try copy(parent, FilePath(root: nil, [name]), source, to: temporary, below: target) else {
                inbox.removeCopy(temporary)
                return
            }
            try makeDurable(temporary)
            if !folder.isEmpty { try inbox.makeDirectory(folder, mode: Self.folderMode) }
            try give(temporary, target, source)
            sources[name] = source
        } catch {
            inbox.removeCopy(temporary)
            report.files = before.files
            report.bytes = before.bytes
            throw error
        }
        if moves { removeSources() }
    }

    /// Refuses a folder of the inbox that is none, or in which this user may not write.
    ///
    /// - Throws: `SpoolError` of code `.cannotWrite`, which says what to do.
    package func checkFolder() throws(SpoolError) {
        var path = FilePath()
        for component in folder.components {
            guard let status = (try? inbox.statusIfPresent(path.appending(component))) ?? nil else { break }
            path = path.appending(component)
            guard status.kind != .directory else { continue }
            throw SpoolError(
                .cannotWrite,
                "\(inbox.place(of: path).displayName) is no folder, so nothing can be dropped into it; give another folder with "
                    + "--into")
        }
        if let reason = refusal(ofFolder: path) { throw SpoolError(.cannotWrite, reason) }
    }

    /// Why this user may not drop into a folder of the inbox; nil when that is allowed.
    private func refusal(ofFolder path: FilePath) -> String? {
        let place = inbox.place(of: path)
        guard !Directory.isWritable(place), let status = try? FileStatus.of(place) else { return nil }
        return
            "\(place.displayName) belongs to user \(status.owner), and user \(CurrentProcess.user) may not write there; give "
            + "another folder with --into"
    }

    /// Where a source lies below the spool; nil for one outside.
    private func placeInSpool(_ source: FilePath) -> FilePath? {
        var folder = source
        var inner: [FilePath.Component] = []
        repeat {
            if (try? FileStatus.followingLinks(folder))?.isSameFile(as: spool) ?? false {
                return FilePath(root: nil, inner.reversed())
            }
            if let name = folder.lastComponent { inner.append(name) }
        } while folder.removeLastComponent()
        return nil
    }

    private func refuse(_ source: FilePath, _ error: PlatformError) {
        switch error.cause {
        case .noSuchFileOrDirectory, .notDirectory: refuse(source, "there is no such file or folder")
        case .permissionDenied: refuse(source, "user \(CurrentProcess.user) may not read it")
        default: refuse(source, error.withoutPath)
        }
    }

    private func refuse(_ source: FilePath, _ reason: String) {
        report.refusals.append(DropReport.Refusal(source: source, reason: reason))
    }

    // MARK: - Copying

    /// - Returns: whether there is a copy.
    private func copy(
        _ parent: OpenDirectory, _ name: FilePath, _ source: FilePath, to temporary: FilePath, below target: FilePath,
        depth: Int = 0
    ) throws(PlatformError) -> Bool {
        do throws(PlatformError) {
            let status = try parent.status(of: name)
            switch status.kind {
            case .regular:
                return try copyFile(parent, name, source, to: temporary)
            case .directory: break
            case .symbolicLink:
                refuse(source, "it is a link, and links are not followed; give the file or folder that it leads to")
                return false
            default:
                refuse(source, "it is neither a file nor a folder")
                return false
            }
            if status.isSameFile(as: spool) {
                refuse(source, "it is the spool")
                return false
            }
            guard depth < Self.deepest else {
                refuse(source, "it is more than \(Self.deepest) folders deep; give a folder further down")
                return false
            }
        } catch {
            guard error.code != .busy, !isOfInbox(error), !error.isShortage else { throw error }
            inbox.removeCopy(temporary)
            refuse(source, error)
            return false
        }
        return try copyFolder(parent, name, source, to: temporary, below: target, depth: depth)
    }

    /// Whether an error is about the inbox and not about one source.
    private func isOfInbox(_ error: PlatformError) -> Bool { error.path?.starts(with: inbox.path) ?? false }

    private func copyFolder(
        _ parent: OpenDirectory, _ name: FilePath, _ source: FilePath, to temporary: FilePath, below target: FilePath,
        depth: Int
    ) throws(PlatformError) -> Bool {
        let opened: OpenDirectory
        let entries: [Directory.Entry]
        do throws(PlatformError) {
            opened = try parent.directory(name)
            entries = try opened.entries()
        } catch {
            guard !error.isShortage else { throw error }
            refuse(source, error)
            return false
        }
        try inbox.makeDirectory(temporary, mode: Self.folderMode)
        try setGroup(temporary)
        var isAny = false
        for entry in entries {
            let path = target.appending(entry.name)
            guard ignore.rule(for: path, isFolder: entry.kind == .directory) == nil else {
                report.excluded += 1
                continue
            }
            let name = FilePath(root: nil, [entry.name])
            let copies = try copy(
                opened, name, source.appending(entry.name), to: temporary.appending(entry.name), below: path,
                depth: depth + 1)
            isAny = copies || isAny
        }
        // A folder without files says nothing.
        guard isAny else {
            inbox.removeCopy(temporary)
            return false
        }
        if moves { folders.append(source) }
        return true
    }

    private func copyFile(
        _ parent: OpenDirectory, _ name: FilePath, _ source: FilePath, to temporary: FilePath
    ) throws(PlatformError) -> Bool {
        // A file that changes meanwhile gets a second chance.
        for _ in 0..<2 {
            let file = try parent.openFile(name)
            let opened = try file.status()
            let copy = try inbox.open(temporary, OpenFlags.newFile, mode: Self.fileMode)
            var count = 0
            let isWhole = try file.copyContents(to: copy) { (bytes) throws(PlatformError) in
                count += bytes
                progress(report)
                return !isInterrupted()
            }
            guard isWhole, !isInterrupted() else { throw PlatformError(.busy, "go on") }
            guard try file.status().isSameContents(as: opened) else {
                try inbox.remove(temporary)
                continue
            }
            if try copy.status().group != group { try? copy.setGroup(group) }
            try copy.setModified(opened.modified)
            try copy.close()
            report.files += 1
            report.bytes.add(size: opened.size)
            progress(report)
            if moves { copied.append((source, opened)) }
            return true
        }
        refuse(source, "it is being written; drop it again when that is over")
        return false
    }

    private func setGroup(_ path: FilePath) throws(PlatformError) {
        let folder = try inbox.open(path, OpenFlags.folder)
        if try folder.status().group != group { try? folder.setGroup(group) }
    }

    // MARK: - Handing over

    private func makeDurable(_ temporary: FilePath) throws(PlatformError) {
        guard try inbox.status(of: temporary).kind == .directory else {
            return try inbox.open(temporary, OpenFlags.document).synchronize()
        }
        try inbox.synchronizeFileSystem()
    }

    /// Gives a copy its name; a folder that is there already receives the files one by one.
    private func give(_ temporary: FilePath, _ target: FilePath, _ source: FilePath) throws(PlatformError) {
        do throws(PlatformError) {
            try inbox.renameExclusively(temporary, to: inbox, target)
            report.places.append(target)
        } catch {
            let folder = target.removingLastComponent()
            switch error.cause {
            case .fileExists: try join(temporary, target, source)
            case .permissionDenied, .notPermitted:
                guard let reason = refusal(ofFolder: folder) else { throw error }
                try withdraw(temporary, of: source, reason)
            default: throw error
            }
        }
        try synchronize(target.removingLastComponent())
    }

    /// Hands over what has the name of something that is there.
    private func join(_ temporary: FilePath, _ target: FilePath, _ source: FilePath) throws(PlatformError) {
        let isFolder = try inbox.status(of: temporary).kind == .directory
        let isThere = try inbox.statusIfPresent(target)?.kind == .directory
        guard isFolder && isThere else {
            return try withdraw(
                temporary, of: source,
                "\(inbox.place(of: target).displayName) is still in the inbox; drop it again when that is taken "
                    + "('vectorspool flush --wait' waits for it), or give another folder with --into")
        }
        for entry in try inbox.entries(of: temporary) {
            try give(temporary.appending(entry.name), target.appending(entry.name), source.appending(entry.name))
        }
        try inbox.removeDirectory(temporary)
    }

    /// Takes a copy back that cannot have its name.
    private func withdraw(_ temporary: FilePath, of source: FilePath, _ reason: String) throws(PlatformError) {
        let (files, bytes) = try inbox.totals(of: temporary)
        report.files -= files
        report.bytes -= bytes
        keep(source)
        inbox.removeCopy(temporary)
        refuse(source, reason)
    }

    private func synchronize(_ folder: FilePath) throws(PlatformError) {
        do throws(PlatformError) {
            try inbox.synchronize(folder)
        } catch {
            // A folder into which everybody may drop, and nobody look.
            guard error.cause == .permissionDenied else { throw error }
            try inbox.synchronizeFileSystem()
        }
    }

    /// Does not remove a source that was not handed over.
    private func keep(_ source: FilePath) {
        copied.removeAll { $0.source.starts(with: source) }
    }

    private func removeSources() {
        for (source, status) in copied {
            do throws(PlatformError) {
                guard try FileStatus.of(source).isSameContents(as: status) else {
                    refuse(source, "it changed after it was copied, so it stays; drop it again")
                    continue
                }
                try Directory.removeFile(source)
            } catch {
                refuse(source, "it was handed over, and stays: \(error.withoutPath)")
            }
        }
        // One that still holds something stays.
        for folder in folders {
            guard let name = folder.lastComponent else { continue }
            try? OpenDirectory(folder.removingLastComponent()).removeDirectory(FilePath(root: nil, [name]))
        }
        copied = []
        folders = []
    }
}
