import Inbox
import Platform
import SystemPackage
import Text

extension Spool {
    /// The outcome of a claim that the system refused, with the command that mends it.
    ///
    /// - Throws: the same error, when it is a fault of the system rather than of the file.
    func refusal(_ error: PlatformError, _ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        // What the daemon's own folder refuses is nobody's file's fault.
        try work.requirePlace()
        if !Directory.isWritable(work.path) {
            throw PlatformError(.system, "move files into the folder", path: work.path, cause: .permissionDenied)
        }
        let place = inbox.place(of: file.path)
        switch error.cause {
        case .noSuchFileOrDirectory: return .vanished
        case .fileNameTooLong:
            return .blocked(
                "its name or path is too long to move through the spool; give it and its folders shorter names")
        case .permissionDenied where error.operation == "open" && error.path == place:
            return .blocked(PermissionRemedy.unreadable(file.path, file.status, in: inbox))
        case .permissionDenied, .notPermitted:
            let (cause, remedy) = folderRefusal(error, file)
            return .blocked(remedy.map { "\(cause); \($0)" } ?? cause)
        // The file or a folder above it was replaced, its name was taken while it went back, or its owner holds a lease
        // on it.
        case _ where error.isOthersDoing: return .busy
        default: throw error
        }
    }

    /// Why a private file is not taken although the daemon can read it; nil when it is taken.
    ///
    /// With the capability to read every file the daemon must not publish what somebody has hidden in a folder of others:
    /// whoever owns a folder can move it, with everything in it, into the inbox.
    func privacy(of path: FilePath, _ status: FileStatus) -> String? {
        guard status.permissions & 0o044 == 0, status.owner != CurrentProcess.user, path.components.count > 1,
            let first = path.components.first
        else { return nil }
        let folder = FilePath(root: nil, [first])
        guard let owner = try? inbox.status(of: folder).owner, owner != status.owner else { return nil }
        return "it is private (user \(status.owner), mode \(String(status.permissions, radix: 8))), and the folder "
            + "\(inbox.place(of: folder).displayName) that it was dropped in belongs to user \(owner); user "
            + "\(status.owner) can hand it over with 'vectorspool drop', or "
            + PermissionRemedy.reading(path, status, in: inbox)
    }

    /// Why a file cannot be moved out of its folder, and what mends that.
    func folderRefusal(_ error: PlatformError, _ file: ReadyFile) -> (cause: String, remedy: String?) {
        if error.cause == .improperLink || error.cause == .resourceBusy {
            return ("another file system is mounted there, and files move by rename", nil)
        }
        let folder = outermostFolder(of: file.path)
        guard let status = try? folder.isEmpty ? inbox.status() : inbox.status(of: folder) else {
            return (
                "it cannot be moved: \(error.withoutPath)",
                "make its folder writable for the daemon (user \(CurrentProcess.user))"
            )
        }
        let place = inbox.place(of: folder)
        let word = ShellWord.quoted(place.bytes)
        if error.cause == .permissionDenied {
            return (
                "the folder \(place.displayName) belongs to user \(status.owner) with mode "
                    + "\(String(status.permissions, radix: 8)), and the daemon (user \(CurrentProcess.user)) may not move files "
                    + "out of it", PermissionRemedy.opening(folder, status, in: inbox)
            )
        }
        if status.permissions & 0o1000 != 0, status.owner != CurrentProcess.user {
            return (
                "the folder \(place.displayName) is sticky, and only the owners of its files may move them",
                "as user \(status.owner) or root, run: chmod -t \(word)"
            )
        }
        return (
            "it or its folder has an attribute that forbids moving it (\(error.withoutPath))",
            "as root, run: chattr -i -a \(word) " + ShellWord.quoted(inbox.place(of: file.path).bytes)
        )
    }

    /// The outermost folder that the owner of the file's folder dropped, because one command opens all of it.
    private func outermostFolder(of path: FilePath) -> FilePath {
        let folder = path.removingLastComponent()
        guard let owner = try? inbox.status(of: folder).owner else { return folder }
        var above = folder
        while !above.removingLastComponent().isEmpty {
            let next = above.removingLastComponent()
            guard (try? inbox.status(of: next))?.owner == owner else { break }
            above = next
        }
        return above
    }
}
