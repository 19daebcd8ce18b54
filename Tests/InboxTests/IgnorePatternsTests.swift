import Inbox
import Platform
import SystemPackage
import Testing

@Suite struct IgnorePatternsTests {
    @Test(arguments: [
        ("*", "anything", true), ("*.tmp", "a.tmp", true), ("*.tmp", "a.tmp.txt", false), ("*.tmp", ".tmp", true),
        (".*", ".hidden", true), (".*", "a.hidden", false), ("*~", "a~", true), ("a?c", "abc", true),
        ("a?c", "ac", false), ("[abc]x", "bx", true), ("[!abc]x", "bx", false), ("[!abc]x", "dx", true),
        ("[a-f]*", "cat", true), ("[a-f]*", "zebra", false), ("a*b*c", "aXXbYYc", true), ("a*b*c", "aXXcYYb", false),
        ("[x", "[x", true), ("[x", "x", false), ("", "a", false),
        ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
    ])
    func matchesLikeAShell(pattern: String, name: String, expected: Bool) {
        #expect((IgnorePatterns([pattern]).match(FilePath(name)) != nil) == expected, "\(pattern) \(name)")
    }

    @Test func matchesEveryFolderOnTheWay() {
        #expect(IgnorePatterns.standard.match("a/.hidden/b.txt") == ".*")
        #expect(IgnorePatterns.standard.rule(for: "a/.git/b.txt")?.program == "version control")
        #expect(IgnorePatterns.standard.match("a/b/c.txt") == nil)
    }

    @Test func patternsAreThoseOfGit() {
        let patterns = IgnorePatterns(["*.tmp", "!keep.tmp", "build/", "/drafts", "a/**/old"])
        #expect(patterns.match("a/b.tmp") == "*.tmp")
        #expect(patterns.match("a/keep.tmp") == nil)
        #expect(patterns.match("build") == nil)
        #expect(patterns.match("build", isFolder: true) == "build/")
        #expect(patterns.match("a/build/b.txt") == "build/")
        #expect(patterns.match("drafts/b.txt") == "/drafts")
        #expect(patterns.match("a/drafts/b.txt") == nil)
        #expect(patterns.match("a/b/c/old/b.txt") == "a/**/old")
    }

    @Test func namesAreBytes() throws {
        let name = try #require(FilePath.Component(bytes: [0xFF, 0x2E, 0x74, 0x6D, 0x70]))
        #expect(IgnorePatterns(["?.tmp"]).match(FilePath(root: nil, [name])) != nil)
    }

    /// Names as programs write them beside real files, and a word of the program's name.
    static let foreign = [
        ("#draft.md#", "Emacs"), (".#draft.md", "Emacs"), ("draft.md~", "Emacs"), (".draft.md.swp", "Vim"),
        (".draft.md.swo", "Vim"), (".draft.md.kate-swp", "Kate"), (".goutputstream-X1Y2Z3", "GNOME"),
        ("draft.txt.bak", "Notepad++"), ("draft.md.sb-1a2b3c4d-Xy12Zz", "macOS"), ("~$draft.txt", "Microsoft Office"),
        ("~$a", "Microsoft Office"), (".~lock.draft.odt#", "LibreOffice"), ("~WRL0001.tmp", "Microsoft Office"),
        ("A1B2.TMP", "many programs"), (".DS_Store", "macOS"), ("._draft.txt", "macOS"), ("Icon\r", "macOS"),
        ("Thumbs.db", "Windows"), ("thumbs.db", "Windows"), ("desktop.ini", "Windows"), ("Desktop.ini", "Windows"),
        ("a.txt:Zone.Identifier", "Windows"), (".directory", "Linux"), (".nfs000000000abc", "kernel"),
        (".fuse_hidden0000001", "kernel"), (".syncthing.draft.txt.tmp", "Syncthing"),
        ("~syncthing~a.txt.tmp", "Syncthing"),
        (".draft.txt.~1a2b", "Nextcloud"), (".sync_1a2b.db-wal", "Nextcloud"), (".draft.txt.icloud", "iCloud"),
        ("draft.txt.!sync", "Resilio"), (".draft.txt.aB3dE9", "rsync"), ("draft.txt.filepart", "WinSCP"),
        ("draft.txt.partial", "rclone"), ("draft.txt.part", "Firefox"), ("draft.txt.crdownload", "Chrome"),
        ("draft.txt.aria2", "aria2"), ("draft.txt.!qB", "qBittorrent"), ("draft.txt,v", "version control"),
        ("CVS/Entries", "version control"), ("a/CVS/Root", "version control"), ("a.txt.orig", "patch"),
        (".git", "version control"), ("draft.txt.crswap", "Chrome"), ("DESKTOP.INI", "Windows"),
        (".~draft.docx", "WPS"),
        ("draft.json.tmp.4711.1700000000", "many programs"), ("draft.txtZone.Identifier", "Windows"),
        ("~WRD0002.doc", "Microsoft Office"),
    ]

    @Test("what programs keep beside real files is left alone, with any patterns of the user", arguments: foreign)
    func leavesForeignNames(name: String, program: String) throws {
        for patterns in [IgnorePatterns([]), .standard] {
            for folder in ["", "sub/"] where name != "CVS/Entries" || folder.isEmpty {
                let rule = try #require(patterns.rule(for: FilePath(folder + name)), "\(folder + name)")
                #expect(rule.program?.contains(program) == true, "\(rule)")
                #expect(rule.reason.contains(rule.pattern))
                #expect(rule.list == "built in")
            }
        }
    }

    @Test(
        "nothing is taken from the folders of programs",
        arguments: [
            "@eaDir", ".stfolder", ".stversions", ".svn", ".hg", "$RECYCLE.BIN", "System Volume Information",
            ".Trash-1000",
            "#recycle", "@Recycle", ".dropbox.cache", ".tmp.drivedownload", "__MACOSX", "draft.download",
            ".ipynb_checkpoints", "lost+found", ".snapshot",
        ])
    func leavesForeignFolders(name: String) {
        let patterns = IgnorePatterns([])
        #expect(patterns.match(FilePath(name), isFolder: true) != nil)
        #expect(patterns.match(FilePath("a").appending(name).appending("note.txt")) != nil)
    }

    @Test(
        "real files are taken",
        arguments: [
            "draft.md", "draft", "#1 song.txt", "C#", "a#b.txt", "part.txt", "party", "a.partly", "tmp.txt",
            "backup.txt",
            "letter.sync-conflict-20260101-120000-ABCDEFG.txt", "letter (conflicted copy 2026-01-01).txt", "~home.txt",
            "$budget.txt", "CVS/anna.txt", "git.txt", "download.txt", "orig", "a.swift", "thumbs.txt", "Icon.txt",
            "poetry.lock", "a.old.txt",
        ])
    func takesRealFiles(name: String) {
        #expect(IgnorePatterns.standard.match(FilePath(name)) == nil)
    }

    @Test("a user's pattern takes a name of the table after all, and the last pattern decides")
    func overrides() {
        #expect(IgnorePatterns(["!*.bak"]).match("a.bak") == nil)
        #expect(IgnorePatterns(["!*.bak", "a.*"]).match("a.bak") != nil)
        #expect(IgnorePatterns(["!*.bak"]).match("a.part") != nil)
        #expect(IgnorePatterns(["!.git"]).match(".git/config") == nil)
    }

    @Test("our own names come before any pattern, and only lines that are given back are taken")
    func ownNames() {
        for patterns in [IgnorePatterns.standard, IgnorePatterns(["*"]), IgnorePatterns(["!*"])] {
            #expect(patterns.match("a/o.jsonl.vectorspool-lines-0AB") == nil)
            #expect(patterns.match("o.jsonl.vectorspool-bad-lines.jsonl") == nil)
            #expect(patterns.rule(for: "a/bad.txt.vectorspool-error.json")?.origin == .own("bad.txt"))
            #expect(patterns.rule(for: "b.txt.vectorspool-dropping-1-2-3")?.origin == .dropping("b.txt"))
            #expect(patterns.rule(for: "notes.vectorspool-0AB")?.program == "VectorSpool")
        }
        #expect(IgnorePatterns.standard.rule(for: ".vectorspool-notes.txt")?.program == nil)
        #expect(IgnorePatterns.standard.match("my.vectorspool.txt") == nil)
    }

    @Test("each pattern of the table matches something, and none matches every name")
    func tableIsSound() {
        for entry in ForeignNames.table {
            #expect(!entry.program.isEmpty && !entry.purpose.isEmpty && !entry.patterns.isEmpty)
            for pattern in entry.patterns { #expect(!pattern.hasPrefix("!") && pattern != "*", "\(pattern)") }
        }
        let patterns = ForeignNames.table.flatMap(\.patterns)
        #expect(Set(patterns).count == patterns.count, "a pattern stands in one place")
    }
}
