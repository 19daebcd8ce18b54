package import SystemPackage

/// The paths of a spool's folders, all on one file system because files move by rename.
///
/// `Spool` is the same tree held open.
///
///     inbox/                        users drop here; folders allowed
///     work/claimed/<folders>/<claim>-<name>  claimed: being processed, or waiting for another try; the claim is a
///                                            `ClaimName`
///     work/<claim>/<relative path>  the same, where the name has no room for the claim; earlier versions put all here
///     work/copied/…                 copies of files that may not be moved, laid out as `work/` itself is
///     retry/                        for what an operator sets aside; the daemon neither fills nor empties it, and only
///                                   `forget` takes files from it. `vectorspool retry` moves from `failed/` to `inbox/`
///     failed/<relative path>        with <name>.vectorspool-error.json beside it
///     done/<relative path>          the current version of every file taken, in the tree in which it was dropped
///     replaced/<yyyy-mm-dd>/<relative path>  versions that a newer one replaced, by the day of that
///     journal/<yyyy-mm>.jsonl       what became of each file
///     journal/left-in-place         which files of the inbox were taken and stay there: `LeftRecord`
///     forgotten.jsonl               what was forgotten, as the index has it (Format.md, 8)
///     forgetting.jsonl              what is being forgotten; the next start finishes it
///     forgotten-wishes              the latest requests to forget that were carried out
///     requests/                     what people asked for: `pause`, and a JSON file for each request and answer
///     .lock                         held by the one daemon that works on the spool
///     .runtime/                     status.json and metrics.prom, unless the configuration says where else
///
/// Names are bytes throughout. Names that this program makes are `<name>.vectorspool-<kind>`. Earlier versions kept
/// `done/<yyyy-mm-dd>/<name>` and `failed/<name>` beside `<name>.error.json`; what lies there stays.
package struct SpoolDirectory: Sendable, Equatable {
    package let root: FilePath

    package init(_ root: FilePath) {
        self.root = root
    }

    package var inbox: FilePath { root.appending("inbox") }
    package var work: FilePath { root.appending("work") }
    /// Mirrors the folders of the inbox while files of them are claimed.
    ///
    /// All claims share the folders, because making and removing folders for every file costs more than everything else
    /// for a small file, on ext4 by far.
    package var claimed: FilePath { work.appending("claimed") }
    package var retry: FilePath { root.appending("retry") }
    package var failed: FilePath { root.appending("failed") }
    package var done: FilePath { root.appending("done") }
    package var replaced: FilePath { root.appending("replaced") }
    package var journal: FilePath { root.appending("journal") }
    package var requests: FilePath { root.appending("requests") }
    package var lock: FilePath { root.appending(".lock") }
    /// The folder for the status when none is configured.
    package var defaultRuntime: FilePath { root.appending(".runtime") }
}
