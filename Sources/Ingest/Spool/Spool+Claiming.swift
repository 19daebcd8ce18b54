package import Inbox
package import Platform
package import SystemPackage

extension Spool {
    /// What became of an attempt to claim a file.
    package enum ClaimOutcome: ~Copyable {
        /// It is ours, and open for reading.
        case claimed(ClaimedFile, OwnedDescriptor)
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
        /// It is no regular file.
        case notAFile
    }

    /// Moves a ready file into `work/`, unless somebody writes it.
    ///
    /// The rename happens under a read lease. When a writer comes in between, or what was moved turns out to be another file
    /// than the one that was opened, it goes back where it was.
    /// - Throws: `PlatformError` for a fault of the system (disk full, no descriptors); the file is left in the inbox.
    package func claim(_ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        guard file.status.kind == .regular else { return .notAFile }
        let inbox = self.inbox
        let descriptor: OwnedDescriptor
        do throws(PlatformError) {
            descriptor = try inbox.open(file.path, OpenFlags.document)
        } catch {
            return try Self.refusal(error, file)
        }
        let opened = try descriptor.status()
        guard opened.kind == .regular, opened.isSameContents(as: file.status) else { return .changed }
        let name = ClaimName.fresh(size: file.status.size)
        let target = Self.place(of: name, file.path)
        let move: Move
        do throws(PlatformError) {
            move = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) -> Move in
                guard answer != .writerPresent else { return .wentBack }
                try take(inbox, file.path, opened, to: target)
                let isHeld = holds()
                let taken = try? work.status(of: target)
                if isHeld, taken?.isSameFile(as: opened) ?? true { return .stays(taken) }
                // When it cannot go back, because its name is taken again, it is a version like any other; whether it was
                // written to meanwhile is looked at once more before it is committed.
                let isBack = (try? work.renameExclusively(target, to: inbox, file.path)) != nil
                return isBack ? .wentBack : .stays(opened)
            }
        } catch {
            removeFolders(of: target)
            return try Self.refusal(error, file)
        }
        switch move {
        case .wentBack:
            removeFolders(of: target)
            return .busy
        case .stays(nil):
            return .unconfirmed(ClaimedFile(name: name, relativePath: file.path, status: opened, path: target))
        case .stays(let taken?):
            return .claimed(ClaimedFile(name: name, relativePath: file.path, status: taken, path: target), descriptor)
        }
    }

    /// What became of a file that was moved into `work/`.
    private enum Move {
        /// It lies in the inbox again, or never left it.
        case wentBack
        /// It is ours; nil when the system does not say what it is.
        case stays(FileStatus?)
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
        // It or a folder above it became something else, or its name was taken again while it went back.
        case .tooManySymbolicLinkLevels, .notDirectory, .fileExists, .noSuchAddressOrDevice: return .busy
        case .permissionDenied, .notPermitted:
            return .blocked(
                "it belongs to user \(file.status.owner) with mode \(String(file.status.permissions, radix: 8)) and cannot be "
                    + "taken (\(error)); make it readable: chmod a+r, and its folder writable for the daemon")
        default: throw error
        }
    }

    /// Gives a claimed file back to the inbox, when that name is still free.
    ///
    /// - Returns: whether it went back.
    package func giveBack(_ file: ClaimedFile) throws(PlatformError) -> Bool {
        let inbox = self.inbox
        do throws(PlatformError) {
            try inbox.makeDirectory(file.relativePath.removingLastComponent(), mode: 0o755)
            try work.renameExclusively(file.path, to: inbox, file.relativePath)
        } catch {
            switch error.cause {
            // Its name is taken, or a folder on the way there is none any more.
            case .fileExists, .notDirectory, .tooManySymbolicLinkLevels: return false
            default: throw error
            }
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
