package import Platform
package import SystemPackage
import Text

/// The commands that let the daemon read and move what belongs to somebody else.
///
/// Which command is right depends on who owns it (the daemon's own user, one of its groups, a stranger) and on what the
/// machine has. The owner can always run it; nobody has to be root.
package enum PermissionRemedy {
    /// Who is to read and move it: the daemon, as it knows itself or as others see it.
    package struct Reader: Sendable, Equatable {
        package let user: UInt32
        package let groups: Set<UInt32>

        package init(user: UInt32, groups: Set<UInt32>) {
            self.user = user
            self.groups = groups
        }

        /// This process.
        package static var current: Reader {
            Reader(user: CurrentProcess.user, groups: CurrentProcess.groups)
        }
    }

    private static let accessLists: FilePath = "/usr/bin/setfacl"

    /// Why a file below the inbox is not taken that the daemon may not read, with the commands that mend it.
    package static func unreadable(
        _ file: FilePath, _ status: FileStatus, in inbox: OpenDirectory, for reader: Reader = .current
    ) -> String {
        "it belongs to user \(status.owner) with mode \(String(status.permissions, radix: 8)) and the daemon "
            + "(user \(reader.user)) may not read it; hand it over with 'vectorspool drop', or let the daemon read private "
            + "files with the drop-in private-files.conf, or \(reading(file, status, in: inbox, for: reader))"
    }

    /// Why what lies in a folder below the inbox cannot be seen, without what mends it.
    package static func closed(
        _ folder: FilePath, _ status: FileStatus, in inbox: OpenDirectory, for reader: Reader = .current
    ) -> String {
        "the folder \(inbox.place(of: folder).displayName) belongs to user \(status.owner) with mode "
            + "\(String(status.permissions, radix: 8)), and the daemon (user \(reader.user)) may not look into it"
    }

    /// Opens a folder below the inbox, and all that lies in it, for reading and moving.
    package static func opening(
        _ folder: FilePath, _ status: FileStatus, in inbox: OpenDirectory, for reader: Reader = .current
    ) -> String {
        let word = ShellWord.quoted(inbox.place(of: folder).bytes)
        let (user, groups) = (reader.user, reader.groups)
        if status.owner == user { return "run: chmod -R u+rwX \(word)" }
        let who = "as user \(status.owner) or root, run: "
        if groups.contains(status.group) { return who + "chmod -R g+rwX \(word)" }
        if let shared = try? inbox.status().group, groups.contains(shared) {
            return who + "chgrp -R \(shared) \(word) && chmod -R g+rwX \(word)"
        }
        if FileStatus.exists(accessLists) { return who + "setfacl -R -m u:\(user):rwX \(word)" }
        return who + "chmod -R a+rwX \(word)"
    }

    /// Opens one file below the inbox for reading.
    package static func reading(
        _ file: FilePath, _ status: FileStatus, in inbox: OpenDirectory, for reader: Reader = .current
    ) -> String {
        let word = ShellWord.quoted(inbox.place(of: file).bytes)
        let user = reader.user
        if status.owner == user { return "run: chmod u+r \(word)" }
        let who = "as user \(status.owner) or root, run: "
        if reader.groups.contains(status.group) { return who + "chmod g+r \(word)" }
        if FileStatus.exists(accessLists) { return who + "setfacl -m u:\(user):r \(word)" }
        return who + "chmod a+r \(word)"
    }
}
