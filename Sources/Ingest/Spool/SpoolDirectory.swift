import Platform
package import SystemPackage

/// The directory tree that files flow through, all on one file system because a file moves by rename.
///
///     inbox/                        users drop here; folders allowed
///     work/claimed/<folders>/<claim>-<name>  claimed, being processed; the claim is a `ClaimName`
///     work/<claim>/<relative path>  the same, where the name has no room for the claim; earlier versions put all here
///     retry/                        set aside by an operator; nothing is taken from it by itself
///     failed/<name>                 with <name>.error.json beside it
///     done/<yyyy-mm-dd>/<name>      indexed
///     .lock                         held by the one daemon that works on the spool
///     .runtime/                     status.json and metrics.prom, unless the configuration says where else
///
/// Names are bytes throughout; a name that is taken in `failed` or `done` gets `.~2~`, `.~3~` and so on.
package struct SpoolDirectory: Sendable, Equatable {
    package let root: FilePath

    package init(_ root: FilePath) {
        self.root = root
    }

    package var inbox: FilePath { root.appending("inbox") }
    package var work: FilePath { root.appending("work") }
    /// Mirrors the folders of the inbox while files of them are claimed.
    ///
    /// All claims share the folders, because making and removing some for every file costs more than all else that is done
    /// to a small file, on ext4 by far.
    package var claimed: FilePath { work.appending("claimed") }
    package var retry: FilePath { root.appending("retry") }
    package var failed: FilePath { root.appending("failed") }
    package var done: FilePath { root.appending("done") }
    package var lock: FilePath { root.appending(".lock") }
    /// Where the status is written when no other place is configured.
    package var defaultRuntime: FilePath { root.appending(".runtime") }

    /// Makes what is missing, and checks that files can move through.
    ///
    /// - Throws: `IngestError` of code `.cannotWrite` for a read-only place, `.configuration` for two file systems.
    package func prepare() throws(IngestError) {
        do throws(PlatformError) {
            for directory in [root, inbox, work, retry, failed, done] { try Directory.create(directory) }
            // What can be made can be removed; a read-only file system, and missing permission, show here and not later.
            let probe = AtomicFile.temporaryName(beside: work.appending("probe"))
            try Directory.create(probe)
            try Directory.removeEmpty(probe)
        } catch {
            throw IngestError(.cannotWrite, Self.advice(error, root), cause: error)
        }
        guard let elsewhere = try otherFileSystem() else { return }
        throw IngestError(
            .configuration,
            "\(elsewhere) is on another file system than \(root): files move through the spool by rename, so put the whole "
                + "spool on one file system")
    }

    private func otherFileSystem() throws(IngestError) -> FilePath? {
        do throws(PlatformError) {
            let device = try FileStatus.followingLinks(root).device
            for directory in [inbox, work, failed, done]
            where try FileStatus.followingLinks(directory).device != device {
                return directory
            }
            return nil
        } catch {
            throw IngestError(.cannotWrite, Self.advice(error, root), cause: error)
        }
    }

    private static func advice(_ error: PlatformError, _ root: FilePath) -> String {
        let remedy: String =
            switch error.cause {
            case .readOnlyFileSystem:
                "the file system is mounted read-only; mount it writable, or under systemd add ReadWritePaths=\(root)"
            case .permissionDenied, .notPermitted: "make \(root) writable for the user who runs the daemon"
            case .noSpace, .diskQuotaExceeded: "the disk is full: free some space"
            case .notDirectory: "something that is not a directory has that name"
            default: "choose another place with --spool or spool.directory"
            }
        return "the spool cannot be used: \(error); \(remedy)"
    }
}
