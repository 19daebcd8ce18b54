package import SystemPackage

/// Where the folders of a spool are: the directory tree that files flow through, all on one file system because a file moves
/// by rename. `Spool` is the same tree held open.
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
}
