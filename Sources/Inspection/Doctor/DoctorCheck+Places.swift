import Ingest
import Text

/// The checks of what lies on the machine: configuration, disks, inbox, kernel.
extension DoctorCheck {
    static let configuration = DoctorCheck("configuration") { facts in
        let refusal = facts.configurationError.map {
            Finding($0, mend: "correct it; vectorspoold --check-config checks it again")
        }
        return (refusal.map { [$0] } ?? [])
            + facts.configurationWarnings.map { Finding($0, mend: "use the new name") }
    }

    static let disks = DoctorCheck("disks") { facts in
        var found: [Finding] = []
        for (place, disk) in [("spool", facts.spool), ("index", facts.index)] {
            guard let disk else { continue }
            if disk.isReadOnly {
                found.append(
                    Finding(
                        "the file system of the \(place) is read-only",
                        mend: "see dmesg; mount it writable, or under systemd add ReadWritePaths="))
            }
            if let name = disk.sharedName {
                found.append(
                    Finding(
                        "the \(place) is on \(name), whose changes the kernel does not report and whose locks may not hold",
                        mend: "put it on a local disk, or live with slower pick-up and one daemon only"))
            }
        }
        if !facts.foreignFolders.isEmpty {
            found.append(
                Finding(
                    "on another file system than the spool: \(facts.foreignFolders.joined(separator: ", "))",
                    mend: "put all folders of the spool on one file system: files move by rename"))
        }
        for folder in facts.closedFolders {
            found.append(
                Finding(
                    "the daemon's user may not write in \(folder), so files wait for it",
                    mend: "as its owner or root: chmod u+rwx \(ShellWord.quoted(Array(folder.utf8)))"))
        }
        return found
    }

    static let space = DoctorCheck("space") { facts in
        let isOneDisk = facts.spool?.device == facts.index?.device
        let places = [(isOneDisk ? "spool and index" : "spool", facts.spool), ("index", isOneDisk ? nil : facts.index)]
        return places.compactMap { place, disk in
            guard let disk, disk.free < DiskReport.reserve else { return nil }
            return Finding(
                "only \(disk.free >> 20) MiB are free for \(place), less than \(DiskReport.reserve >> 20)",
                mend:
                    "free some space; done/ and replaced/ in the spool are kept for ever unless spool.keepDoneDays is set"
            )
        }
    }

    static let inbox = DoctorCheck("inbox") { facts in
        guard let inbox = facts.inbox else { return [] }
        var found: [Finding] = []
        if inbox.permissions & 0o020 == 0, let group = facts.daemonGroup, inbox.group != group {
            found.append(
                Finding(
                    "the inbox belongs to a group that cannot drop files there (mode \(octal(inbox.permissions)))",
                    mend: "chmod 3770 on the inbox, or systemd-tmpfiles --create vectorspool.conf"))
        }
        if inbox.permissions & 0o022 != 0, inbox.permissions & 0o1000 == 0 {
            found.append(
                Finding(
                    "users who may drop files can remove those of others (mode \(octal(inbox.permissions)))",
                    mend: "chmod +t on the inbox"))
        }
        if let first = inbox.closed.first {
            let more = inbox.closed.count > 1 ? " and \(inbox.closed.count - 1) more" : ""
            found.append(
                Finding(
                    "files stay in folders in which the daemon cannot rename: \(TerminalText.excerpt(first))\(more)",
                    mend:
                        "their owner makes them writable for the inbox's group: chmod -R g+rwX FOLDER, or copies with cp"
                ))
        }
        return found
    }

    static let watches = DoctorCheck("watches") { facts in
        var found: [Finding] = []
        if let inbox = facts.inbox, let limit = facts.kernel.watchLimit, inbox.folders > limit / 10 * 9 {
            found.append(
                Finding(
                    "the inbox has \(inbox.folders) folders, and the kernel watches at most \(limit) for a user",
                    mend: "sysctl fs.inotify.max_user_watches=\(max(limit, inbox.folders) * 2)"))
        }
        guard let status = facts.status, facts.isRunning else { return found }
        if let reason = status.page.inbox.pollingReason {
            found.append(
                Finding(
                    "the inbox is polled: \(reason)", mend: "mend the cause and restart the daemon; until then it works"
                ))
        }
        if status.page.inbox.overflows > 0 {
            found.append(
                Finding(
                    "the kernel lost events \(status.page.inbox.overflows) times since the daemon started; a scan found the files",
                    mend: "sysctl fs.inotify.max_queued_events=131072"))
        }
        return found
    }

    static let kernel = DoctorCheck("kernel") { facts in
        var found: [Finding] = []
        if let release = facts.kernel.release, let version = version(release), version < (5, 6) {
            found.append(
                Finding(
                    "Linux \(TerminalText.excerpt(release)) has no openat2, so paths are walked one name at a time",
                    mend: "Linux 5.6 or later is faster; nothing else is missing"))
        }
        if facts.kernel.hasLeases == false {
            found.append(
                Finding(
                    "the spool's file system has no leases, so a writer is noticed by size and time only",
                    mend: "move complete files into the inbox instead of writing them there"))
        }
        if facts.kernel.hasExclusiveRename == false {
            found.append(
                Finding(
                    "the spool's file system cannot rename without replacing; a link and a removal take its place",
                    mend: "ext4, XFS, Btrfs and tmpfs can"))
        }
        return found
    }

    private static func version(_ release: String) -> (Int, Int)? {
        let parts = release.split { $0 == "." || $0 == "-" || $0 == "+" }
        guard parts.count > 1, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        return (major, minor)
    }

    private static func octal(_ permissions: UInt32) -> String { String(permissions, radix: 8) }
}
