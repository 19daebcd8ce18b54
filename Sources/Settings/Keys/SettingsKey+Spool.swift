import Inbox
import Ingest
import Spool

extension SettingsKey {
    package static let spoolDirectory = SettingsKey(
        "spool.directory", .path({ SpoolDirectory($0) }, { $0.root }), \.ingest.spool, isFixed: true,
        example: "/var/lib/vectorspool/spool", defaultNote: "none, it must be named",
        help: """
            The tree that files flow through: inbox, work, retry, failed and done are made in it. All five must be on
            one file system, because a file moves by rename.
            """)

    static let spoolKeys: [SettingsKey] = [
        spoolDirectory,
        SettingsKey(
            "spool.settleSeconds", .seconds(0...86_400), \.ingest.settle,
            help: """
                A file that was moved into the inbox is taken at once. Any other is taken when nothing has touched it
                for this long.
                """),
        SettingsKey(
            "spool.rescanSeconds", .seconds(0.1...86_400), \.ingest.rescan,
            help: """
                How often the whole inbox is looked through, besides the events of inotify. It finds what events miss:
                overflow, network file systems, folders moved in.
                """),
        SettingsKey(
            "spool.keepDoneDays", .whole(0...36_500), \.ingest.keepDoneDays,
            help: "How long an indexed file stays in done. 0 deletes it as soon as its rows are committed."),
        SettingsKey(
            "spool.maximumFileBytes", .whole(1...(1 << 32)), \.ingest.maximumFileBytes,
            help: "A larger file goes to failed, with the reason beside it. 67108864 is 64 MiB."),
        SettingsKey(
            "spool.ignore", .patterns, \.ingest.ignore,
            help: """
                Names that are never taken: what editors, browsers and copying programs write before the real file
                stands. The patterns are those of a .gitignore: *, ? and [abc] within a name, ** for any folders,
                "/drafts" or "a/b" from the inbox on, "build/" for folders only, "!keep.tmp" to take a name after all.
                The last pattern that matches decides.
                """),
    ]
}
