import Inbox
import Ingest
import Spool

extension SettingsKey {
    package static let spoolDirectory = SettingsKey(
        "spool.directory", type: .path({ SpoolDirectory($0) }, { $0.root }), path: \.ingest.spool, isFixed: true,
        example: "/var/lib/vectorspool/spool", defaultNote: "none, it must be given",
        help: """
            The folder that files flow through; the daemon makes inbox, work, done, replaced, failed and others in it. All
            must be on one file system, because files move by rename.
            """)

    static let spoolKeys: [SettingsKey] = [
        spoolDirectory,
        SettingsKey(
            "spool.settleSeconds", type: .seconds(0...86_400), path: \.ingest.settle,
            help: """
                A file that was moved into the inbox is taken at once. Any other file is taken when it has not changed for
                this long.
                """),
        SettingsKey(
            "spool.emptySeconds", type: .seconds(0...86_400), path: \.ingest.emptySettle,
            help: """
                An empty file, or one of zero bytes only, may be about to be filled. It is refused when it has not changed
                for this long.
                """),
        SettingsKey(
            "spool.rescanSeconds", type: .seconds(0.1...86_400), path: \.ingest.rescan,
            help: """
                How often the whole inbox is scanned in addition to the events of inotify. A scan finds what events miss:
                overflow, network file systems, folders moved in.
                """),
        SettingsKey(
            "spool.keepDoneDays", type: .whole(0...36_500), path: \.ingest.keepDoneDays,
            defaultNote: "empty",
            help: """
                How many days an indexed file stays in done. Empty: for ever, since it may be the only copy. 0 deletes it as
                soon as its rows are committed.
                """),
        SettingsKey(
            "spool.keepReplacedDays", type: .whole(1...36_500), path: \.ingest.keepReplacedDays,
            defaultNote: "empty",
            help: """
                How many days an earlier version of a file stays in replaced after a newer one took its place. Empty: for
                ever.
                """),
        SettingsKey(
            "spool.maximumFileBytes", type: .whole(1...(1 << 32)), path: \.ingest.maximumFileBytes,
            help: "A larger file goes to failed, with the reason beside it. 67108864 is 64 MiB."),
        SettingsKey(
            "spool.ignore", type: .patterns, path: \.ingest.ignore,
            help: """
                Names that are never taken, in addition to those that other programs keep beside real files, such as
                temporary files of editors, browsers and copy programs: the manual page lists them. The
                patterns are those of a .gitignore: *, ? and [abc] within a name, ** for any folders, "/drafts" or "a/b"
                from the inbox on, "build/" for folders only, "!keep.tmp" to take a name after all, also one of the built-in
                list. The last pattern that matches decides.
                """),
    ]
}
