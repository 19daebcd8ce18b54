import Platform
package import SystemPackage
import Text

/// How what lies in `done/` gets into an index that does not have it.
extension SpoolDirectory {
    /// The command that moves files of `done/` back into the inbox, where they are taken again.
    ///
    /// It moves the whole folder at the top: a copy of it in the inbox would belong to somebody else than the daemon, who could
    /// not move files out of it. What the index has already is not encoded again.
    ///
    /// - Parameter place: a file or folder of `done/`, below it; empty for all of it.
    /// - Returns: the command, for a shell.
    package func commandToTakeAgain(_ place: FilePath = FilePath()) -> String {
        let all = ShellWord.quoted(done.bytes) + "/*"
        let source = place.components.first.map { ShellWord.quoted(done.appending($0).bytes) } ?? all
        return "mv \(source) \(ShellWord.quoted(inbox.bytes))/"
    }

    /// What to do with something of the spool instead of dropping it, to follow the place.
    ///
    /// - Parameter place: what somebody wants to drop, below the spool.
    /// - Returns: half a sentence; nil for a place of which nothing better is known.
    func adviceInstead(ofDropping place: FilePath) -> String? {
        var inner = place
        guard let top = inner.components.first else { return nil }
        inner = FilePath(root: nil, inner.components.dropFirst())
        switch FilePath(root: nil, [top]) {
        case FilePath("inbox"): return "the daemon takes it from there"
        case FilePath("done"):
            return "to have it indexed once more, as in a new index, run as its owner or with sudo: "
                + commandToTakeAgain(inner)
        case FilePath("replaced"): return "to bring this version back, copy it to another folder and drop the copy"
        case FilePath("failed"):
            guard !inner.isEmpty else { return "'vectorspool retry' has failed files tried again" }
            return "to have it tried again, run: vectorspool retry " + ShellWord.quoted(inner.bytes)
        default: return nil
        }
    }
}
