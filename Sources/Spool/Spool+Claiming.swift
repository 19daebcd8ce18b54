package import Identity
package import Inbox
package import Platform
package import SystemPackage

extension Spool {
    /// What became of an attempt to claim a file.
    package enum ClaimOutcome: ~Copyable {
        /// It is ours; open for reading when it is the regular file that was looked at.
        case claimed(ClaimedFile, OwnedDescriptor?)
        /// It is ours, but its status could not be read: to be looked at again, with patience, before it is read.
        case unconfirmed(ClaimedFile)
        /// Somebody writes it.
        case busy
        /// It changed since it was found ready.
        case changed
        /// Somebody removed or renamed it.
        case vanished
        /// We may not read or move it; why, and what to do.
        case blocked(String)
    }

    /// Moves a ready file into `work/`, unless somebody writes it.
    ///
    /// The rename happens under a read lease. When a writer comes in between, or what was moved turns out to be another file
    /// than the one that was opened, it goes back where it was. What is no regular file is moved unopened, to be refused by
    /// whoever reads it.
    /// - Throws: `PlatformError` for a fault of the system (disk full, no descriptors); the file is left in the inbox.
    package func claim(_ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        let name = ClaimName.fresh(size: file.status.size)
        let target = Self.place(of: name, file.path)
        do throws(PlatformError) {
            guard file.status.kind == .regular else { return try claimOther(file, name, target) }
            return try claimFile(file, name, target)
        } catch {
            return try Self.refusal(error, file)
        }
    }

    private func claimFile(
        _ file: ReadyFile, _ name: ClaimName, _ target: FilePath
    ) throws(PlatformError) -> ClaimOutcome {
        let inbox = self.inbox
        let descriptor = try inbox.open(file.path, OpenFlags.document)
        let opened = try descriptor.status()
        guard opened.kind == .regular, opened.isSameContents(as: file.status) else { return .changed }
        var isTaken = false
        defer { if !isTaken { removeFolders(of: target) } }
        let move = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) in
            guard answer != .writerPresent else { return Move.back }
            try take(inbox, file.path, opened, to: target)
            return check(target, opened, isQuiet: holds(), from: inbox, file.path)
        }
        switch move {
        case .back: return .busy
        case .exchanged(let status):
            isTaken = true
            return .claimed(ClaimedFile(name: name, relativePath: file.path, status: status, path: target), nil)
        case .made(nil):
            isTaken = true
            return .unconfirmed(ClaimedFile(name: name, relativePath: file.path, status: opened, path: target))
        case .made(let status?):
            isTaken = true
            return .claimed(ClaimedFile(name: name, relativePath: file.path, status: status, path: target), descriptor)
        }
    }

    private func claimOther(
        _ file: ReadyFile, _ name: ClaimName, _ target: FilePath
    ) throws(PlatformError) -> ClaimOutcome {
        let inbox = self.inbox
        var isTaken = false
        defer { if !isTaken { removeFolders(of: target) } }
        try take(inbox, file.path, file.status, to: target)
        var status = file.status
        switch check(target, file.status, isQuiet: true, from: inbox, file.path) {
        case .back: return .changed
        case .exchanged(let other): status = other
        case .made: break
        }
        isTaken = true
        return .claimed(ClaimedFile(name: name, relativePath: file.path, status: status, path: target), nil)
    }

    /// What a rename into `work/` turned out to be.
    private enum Move {
        /// It is the file that was looked at; nil when the system does not say what lies there now.
        case made(FileStatus?)
        /// Another file than the one that was looked at was moved, and lies there now.
        case exchanged(FileStatus)
        /// It has been undone.
        case back
    }

    private func check(
        _ target: FilePath, _ opened: FileStatus, isQuiet: Bool, from inbox: OpenDirectory, _ path: FilePath
    ) -> Move {
        let taken = try? work.status(of: target)
        if isQuiet, taken?.isSameFile(as: opened) ?? true { return .made(taken) }
        if (try? work.renameExclusively(target, to: inbox, path)) != nil { return .back }
        // Its name is taken again, so it is a version like any other. Whether it was written to meanwhile is looked at once
        // more before it is committed.
        guard let taken, !taken.isSameFile(as: opened) else { return .made(opened) }
        guard taken.kind == .directory else { return .exchanged(taken) }
        // Somebody exchanged the file for a folder and made the name anew. A folder is not for `work/`, where it is walked at
        // the next start; where it goes does not matter to anybody else.
        let aside = FileName.joined(path.lastComponent?.bytes ?? [], ".~\(UInt64.random(in: .min ... .max))~")
        try? work.renameExclusively(target, to: inbox, FilePath(root: nil, [aside]))
        return .back
    }

    /// Where a claimed file lies below `work/`: time, size and boot of the claim are in the name, for recovery.
    package static func place(of name: ClaimName, _ relativePath: FilePath) -> FilePath {
        let mark = Array((name.text + claimMark).utf8)
        guard let bytes = relativePath.lastComponent?.bytes, mark.count + bytes.count <= 255,
            let marked = FilePath.Component(bytes: mark + bytes)
        else { return FilePath(name.text).pushing(relativePath) }
        return FilePath(claimed).pushing(relativePath.removingLastComponent()).appending(marked)
    }

    // Ends the claim in a name: no digit of a claim.
    private static let claimMark = "-"
    /// The folder of `work/` that mirrors the folders of the inbox.
    static let claimed = "claimed"

    /// Renames, making the folders of `target` as long as somebody else removes them because they are empty.
    private func take(
        _ inbox: OpenDirectory, _ source: FilePath, _ opened: FileStatus, to target: FilePath
    ) throws(PlatformError) {
        for _ in 0..<100 {
            do throws(PlatformError) {
                return try inbox.renameExclusively(source, to: work, target)
            } catch {
                // File systems on a network report failures of renames that happened.
                if let there = try? work.status(of: target), there.isSameFile(as: opened) { return }
                guard error.cause == .noSuchFileOrDirectory, try inbox.statusIfPresent(source) != nil else {
                    throw error
                }
            }
            do throws(PlatformError) {
                try work.makeDirectory(target.removingLastComponent(), mode: 0o700)
            } catch {
                guard error.cause == .noSuchFileOrDirectory else { throw error }
            }
        }
        // Two that are so much in step will not be the next time.
        throw PlatformError(.system, "rename to \(target)", path: inbox.place(of: source), cause: .fileExists)
    }

    private static func refusal(_ error: PlatformError, _ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        switch error.cause {
        case .noSuchFileOrDirectory: return .vanished
        case .fileNameTooLong:
            return .blocked(
                "its name or path is too long to move through the spool; give it and its folders shorter names")
        case .notPermitted:
            return .blocked(
                "it or its folder has an owner or an attribute that forbids it (\(error)); see 'ls -ld' and 'lsattr', and copy it "
                    + "into the inbox instead")
        case .permissionDenied:
            return .blocked(
                "it belongs to user \(file.status.owner) with mode \(String(file.status.permissions, radix: 8)) and cannot be "
                    + "taken (\(error)); make it readable: chmod a+r, and its folder writable for the daemon")
        case .improperLink, .resourceBusy:
            return .blocked("another file system is mounted there (\(error)); copy it into the inbox instead")
        // It or a folder above it became something else, its name was taken again while it went back, or its owner holds a
        // lease on it.
        case _ where error.isOthersDoing: return .busy
        default: throw error
        }
    }

    /// Gives a claimed file back to the inbox, when that name is still free and can still be reached.
    ///
    /// - Returns: whether it went back.
    package func giveBack(_ file: ClaimedFile) throws(PlatformError) -> Bool {
        let inbox = self.inbox
        do throws(PlatformError) {
            try inbox.makeDirectory(file.relativePath.removingLastComponent(), mode: 0o755)
            try work.renameExclusively(file.path, to: inbox, file.relativePath)
        } catch {
            // Whoever owns the folders there may have closed them; nobody else is to wait for that. Those of `work/` are ours.
            let isOurs = error.operation == "open" && error.path?.starts(with: work.path) == true
            guard error.isOthersDoing, !isOurs || error.isAbsence else { throw error }
            return false
        }
        removeFolders(of: file.path)
        return true
    }

    /// Removes the folders of `work/` above a file that has gone, unless others still lie there.
    package func removeFolders(of path: FilePath) {
        var directory = path
        while directory.removeLastComponent(), !directory.isEmpty {
            // Not empty: another claim is there, or something that we did not put, which is found at the next start.
            guard (try? work.removeDirectory(directory)) != nil else { return }
        }
    }

    /// Removes the folders of many files that have gone; each folder is tried once.
    package func removeFolders(of files: some Sequence<ClaimedFile>) {
        for folder in Set(files.map { $0.path.removingLastComponent() }) { removeFolders(of: folder.appending("file")) }
    }
}
