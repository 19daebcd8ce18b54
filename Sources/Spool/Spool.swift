package import Platform
package import SystemPackage

/// An open spool, whose folders are reached through descriptors and files move between those.
///
/// Users who may drop files can rename folders of the inbox at any moment, so no path is walked twice, and none from
/// the root of the file system.
package final class Spool: Sendable {
    /// The paths, for messages and for tools that need paths.
    package let places: SpoolDirectory
    package let root: OpenDirectory
    package let work: OpenDirectory
    /// What became of each file.
    package let journal: Journal
    /// Which files of the inbox were taken and left where they are.
    package let left: LeftRecord
    /// The folder that users drop files into, which they may remove or move away.
    package let dropFolder: RenewableDirectory
    /// The folder of requests; an installation opens it to the group of users who may search.
    package let requests: OpenDirectory
    // An administrator may move these away while the daemon runs, to archive their contents.
    private let failedFolder: RenewableDirectory
    private let doneFolder: RenewableDirectory
    private let replacedFolder: RenewableDirectory

    /// Makes missing folders, opens all of them and checks that files can move between them.
    ///
    /// - Throws: `SpoolError` of code `.cannotWrite` for a read-only place, `.configuration` for two file systems.
    package init(_ places: SpoolDirectory) throws(SpoolError) {
        do throws(PlatformError) {
            let root = try OpenDirectory.making(places.root, mode: 0o755)
            // These modes are for folders made here; an installation sets its own.
            for (folder, mode) in Self.modes { try root.makeDirectory(folder, mode: mode) }
            self.places = places
            self.root = root
            journal = Journal(root)
            left = LeftRecord(root)
            dropFolder = try RenewableDirectory(in: root, "inbox")
            work = try root.directory(trusting: "work")
            requests = try root.directory(trusting: "requests")
            failedFolder = try RenewableDirectory(in: root, "failed", mode: 0o750)
            doneFolder = try RenewableDirectory(in: root, "done", mode: 0o750)
            replacedFolder = try RenewableDirectory(in: root, "replaced", mode: 0o750)
            // A folder that can be made can be removed; this detects a read-only file system and missing permissions
            // early.
            let probe = OpenDirectory.temporaryName(for: "probe")
            try work.makeDirectory(probe, mode: 0o700)
            try work.removeDirectory(probe)
        } catch {
            throw SpoolError(.cannotWrite, Self.advice(error, places.root), cause: error)
        }
        guard let elsewhere = try otherFileSystem() else { return }
        throw SpoolError(
            .configuration,
            "\(elsewhere) is on another file system than \(places.root): files move through the spool by rename, so put the "
                + "whole spool on one file system")
    }

    private static let modes: [(FilePath, UInt32)] = [
        ("inbox", 0o755), ("work", 0o700), ("retry", 0o700), ("failed", 0o750), ("done", 0o750),
        ("replaced", 0o750), ("requests", 0o700),
    ]

    /// The inbox as it was last opened.
    package var inbox: OpenDirectory { dropFolder.current }
    /// The folder of failed files as it was last opened.
    package var failed: OpenDirectory { failedFolder.current }
    /// The folder of indexed files as it was last opened.
    package var done: OpenDirectory { doneFolder.current }
    /// The folder of earlier versions as it was last opened.
    package var replaced: OpenDirectory { replacedFolder.current }

    /// Checks that `failed/`, `done/` and `replaced/` are still the open folders; otherwise opens or makes them again.
    package func renewFolders() throws(PlatformError) {
        try failedFolder.renew()
        try doneFolder.renew()
        try replacedFolder.renew()
    }

    /// The first of the daemon's own folders that is not at its path any more; nil where all are.
    ///
    /// Nothing that it does in a folder without a place is seen by anybody, so it has to be started anew.
    package var misplaced: FilePath? {
        [root, work, requests].first { $0.isReplaced || $0.isGone }?.path
    }

    private func otherFileSystem() throws(SpoolError) -> FilePath? {
        do throws(PlatformError) {
            let device = try root.status().device
            for directory in [inbox, work, failed, done, replaced] where try directory.status().device != device {
                return directory.path
            }
            return nil
        } catch {
            throw SpoolError(.cannotWrite, Self.advice(error, places.root), cause: error)
        }
    }

    private static func advice(_ error: PlatformError, _ root: FilePath) -> String {
        if let full = error.fullDisk(of: root) { return "the spool cannot be used: \(full); free some space" }
        let remedy: String =
            switch error.cause {
            case .readOnlyFileSystem:
                "the file system is mounted read-only; mount it writable, or under systemd add ReadWritePaths=\(root)"
            case .permissionDenied, .notPermitted: "make \(root) writable for the user who runs the daemon"
            case .notDirectory: "something that is not a directory has that name"
            default: "choose another folder with --spool or spool.directory"
            }
        return "the spool cannot be used: \(error); \(remedy)"
    }
}
