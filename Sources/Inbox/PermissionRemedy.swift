package import Platform
package import SystemPackage
import Text

/// The commands that let the daemon read and move what belongs to somebody else.
///
/// Which command is right depends on who owns it (the daemon's own user, one of its groups, a stranger) and on what the
/// machine has. The owner can always run it; nobody has to be root.
package enum PermissionRemedy {
    private static let accessLists: FilePath = "/usr/bin/setfacl"

    /// Opens a folder below the inbox, and all that lies in it, for reading and moving.
    package static func opening(_ folder: FilePath, _ status: FileStatus, in inbox: OpenDirectory) -> String {
        let word = ShellWord.quoted(inbox.place(of: folder).bytes)
        let user = CurrentProcess.user
        if status.owner == user { return "run: chmod -R u+rwX \(word)" }
        let who = "as user \(status.owner) or root, run: "
        let groups = CurrentProcess.groups
        if groups.contains(status.group) { return who + "chmod -R g+rwX \(word)" }
        if let shared = try? inbox.status().group, groups.contains(shared) {
            return who + "chgrp -R \(shared) \(word) && chmod -R g+rwX \(word)"
        }
        if FileStatus.exists(accessLists) { return who + "setfacl -R -m u:\(user):rwX \(word)" }
        return who + "chmod -R a+rwX \(word)"
    }

    /// Opens one file below the inbox for reading.
    package static func reading(_ file: FilePath, _ status: FileStatus, in inbox: OpenDirectory) -> String {
        let word = ShellWord.quoted(inbox.place(of: file).bytes)
        let user = CurrentProcess.user
        if status.owner == user { return "run: chmod u+r \(word)" }
        let who = "as user \(status.owner) or root, run: "
        if CurrentProcess.groups.contains(status.group) { return who + "chmod g+r \(word)" }
        if FileStatus.exists(accessLists) { return who + "setfacl -m u:\(user):r \(word)" }
        return who + "chmod a+r \(word)"
    }
}
