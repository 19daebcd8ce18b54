package import Identity
package import Inbox
package import Platform
package import SystemPackage

extension Spool {
    /// The result of an attempt to claim a file.
    package enum ClaimOutcome: ~Copyable {
        /// It is claimed, and open for reading when it is the regular file that was inspected.
        case claimed(ClaimedFile, OwnedDescriptor?)
        /// It cannot be moved, so a copy of it is claimed, and open for reading; the text says why and what moves it.
        case copied(ClaimedFile, OwnedDescriptor, reason: String)
        /// It cannot be moved, and was taken as it is.
        case leftInPlace(String)
        /// It is claimed, but its status could not be read; read the status patiently before the contents.
        case unconfirmed(ClaimedFile)
        /// A writer has it open.
        case busy
        /// It has no contents but zero bytes or a byte order mark, as one that is not written yet.
        case unfilled
        /// It has changed since it was found ready.
        case changed
        /// It was removed or renamed.
        case vanished
        /// The daemon may not read or move it; the text gives reason and remedy.
        case blocked(String)
    }

    /// Moves a ready file into `work/`, unless it is being written.
    ///
    /// The rename happens under a read lease. When a writer interferes, or the moved file turns out to be another than
    /// the opened one, the file goes back. A file that may only be read is copied. Anything but a regular file stays where
    /// it is.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - limit: files that are larger are not copied, because they are refused for their size.
    ///   - isHeld: whether it is to stay there after all; it is asked when the file is known that would be claimed.
    ///   - goesOn: hears of each piece that is copied, and returns whether to continue.
    /// - Returns: what became of it.
    /// - Throws: `PlatformError` for a fault of the system (disk full, no descriptors); the file stays in the inbox.
    package func claim(
        _ file: ReadyFile, limit: Int = .max, isHeld: () -> Bool = { false }, _ goesOn: () -> Bool = { true }
    ) throws(PlatformError) -> ClaimOutcome {
        let name = try claimName(file)
        let target = Self.place(of: name, file.path)
        do throws(PlatformError) {
            return try claimFile(file, as: name, to: target, limit: limit, isHeld, goesOn)
        } catch {
            return try refusal(error, file)
        }
    }

    /// How much of a file is looked at to see whether there is anything in it yet.
    private static let probedBytes = 1 << 20

    private func claimFile(
        _ file: ReadyFile, as name: ClaimName, to target: FilePath, limit: Int, _ isHeld: () -> Bool,
        _ goesOn: () -> Bool
    ) throws(PlatformError) -> ClaimOutcome {
        let inbox = self.inbox
        let descriptor = try inbox.open(file.path, OpenFlags.document)
        let opened = try descriptor.status()
        guard opened.kind == .regular, opened.isSameContents(as: file.status), !isHeld() else { return .changed }
        // What cannot be read is found out when it is read as a whole.
        if !file.isRested, !((try? descriptor.hasContents(within: Self.probedBytes)) ?? true) { return .unfilled }
        var isTaken = false
        defer { if !isTaken { removeFolders(of: target) } }
        if let reason = privacy(of: file.path, opened) { return .blocked(reason) }
        let move = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) in
            guard answer != .writerPresent else { return Move.back }
            do throws(PlatformError) {
                try take(inbox, source: file.path, as: opened, to: target)
            } catch {
                guard Self.leavesInPlace(error) else { throw error }
                return .refused(error)
            }
            return check(target, against: opened, isQuiet: holds(), from: inbox, at: file.path)
        }
        // It was left in place before, and whatever comes to lie there is another file.
        if case .made = move { try? left.remove(file.path) }
        let arrival = file.path.components.count == 1 ? opened.changed : name.time
        let claimed = ClaimedFile(
            name: name, relativePath: file.path, status: opened, path: target, arrival: arrival)
        switch move {
        case .refused(let error):
            return try claimInPlace(file, as: name, descriptor, limit: limit, because: error, goesOn)
        case .back: return .busy
        case .exchanged(let status):
            isTaken = true
            return .claimed(claimed.with(status), nil)
        case .made(nil):
            isTaken = true
            return .unconfirmed(claimed)
        case .made(let status?):
            isTaken = true
            return .claimed(claimed.with(status), descriptor)
        }
    }

    /// The result of a rename into `work/`.
    private enum Move {
        /// The inspected file was moved; the status is nil when the system does not say what is there now.
        case made(FileStatus?)
        /// Another file than the inspected one was moved, and is there now.
        case exchanged(FileStatus)
        /// The rename was undone.
        case back
        /// The file may be read and not moved.
        case refused(PlatformError)
    }

    private func check(
        _ target: FilePath, against opened: FileStatus, isQuiet: Bool, from inbox: OpenDirectory, at path: FilePath
    ) -> Move {
        let taken = try? work.status(of: target)
        if isQuiet, taken?.isSameFile(as: opened) ?? true { return .made(taken) }
        if (try? work.renameExclusively(target, to: inbox, path)) != nil { return .back }
        // Its name is in use again, so it is a version like any other. The check before the commit detects a write.
        guard let taken, !taken.isSameFile(as: opened) else { return .made(opened) }
        guard taken.kind == .directory else { return .exchanged(taken) }
        // Another process replaced the file with a folder and made the name again. A folder must not stay in `work/`,
        // which the next start walks; any other place is harmless.
        let aside = FileName.joined(path.lastComponent?.bytes ?? [], ".~\(UInt64.random(in: .min ... .max))~")
        try? work.renameExclusively(target, to: inbox, FilePath(root: nil, [aside]))
        return .back
    }

    /// The path of a claimed file below `work/`, with the time, size and boot of the claim in its name for recovery.
    package static func place(of name: ClaimName, _ relativePath: FilePath) -> FilePath {
        let mark = Array((name.text + claimMark).utf8)
        guard let bytes = relativePath.lastComponent?.bytes, mark.count + bytes.count <= 255,
            let marked = FilePath.Component(bytes: mark + bytes)
        else { return FilePath(name.text).pushing(relativePath) }
        return FilePath(claimed).pushing(relativePath.removingLastComponent()).appending(marked)
    }

    // Ends the claim in a name; it is not a digit of a claim.
    private static let claimMark = "-"
    /// The folder of `work/` that mirrors the folders of the inbox.
    static let claimed = "claimed"

    /// Renames, and makes the folders of `target` again while others remove them because they are empty.
    private func take(
        _ inbox: OpenDirectory, source: FilePath, as opened: FileStatus, to target: FilePath
    ) throws(PlatformError) {
        for _ in 0..<100 {
            do throws(PlatformError) {
                return try inbox.renameExclusively(source, to: work, target)
            } catch {
                // Network file systems report failures of renames that succeeded.
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
        // Such a coincidence will not repeat at the next attempt.
        throw PlatformError(.system, "rename to \(target)", path: inbox.place(of: source), cause: .fileExists)
    }

    /// Returns a claimed file to the inbox if its old path is free and reachable; returns whether it did.
    package func giveBack(_ file: ClaimedFile) throws(PlatformError) -> Bool {
        let inbox = self.inbox
        do throws(PlatformError) {
            try inbox.makeDirectory(file.relativePath.removingLastComponent(), mode: 0o755)
            try work.renameExclusively(file.path, to: inbox, file.relativePath)
        } catch {
            // The owner of the inbox's folders may have closed them, and nothing else should wait for that. The folders
            // of `work/` are ours.
            let isOurs = error.operation == "open" && error.path?.starts(with: work.path) == true
            guard error.isOthersDoing, !isOurs || error.isAbsence else { throw error }
            return false
        }
        removeFolders(of: file.path)
        return true
    }

    /// Removes the folders of `work/` above a file that is gone, unless they contain others.
    package func removeFolders(of path: FilePath) {
        var directory = path
        while directory.removeLastComponent(), !directory.isEmpty {
            // Not empty: it contains another claim, or something foreign, which the next start finds.
            guard (try? work.removeDirectory(directory)) != nil else { return }
        }
    }

    /// Removes the folders of many files that are gone, trying each folder once.
    package func removeFolders(of files: some Sequence<ClaimedFile>) {
        for folder in Set(files.map { $0.path.removingLastComponent() }) { removeFolders(of: folder.appending("file")) }
    }
}
