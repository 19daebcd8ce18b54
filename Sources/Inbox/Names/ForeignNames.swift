/// The names that other programs give to what they keep beside real files.
///
/// Such a file is needed by its program, or is half of a copy, so it is left alone: it is neither indexed nor moved. The
/// table is always in force; a pattern of `spool.ignore` that begins with `!` takes a name after all.
///
/// Conflict copies of synchronizers (`letter.sync-conflict-….txt`) are not in it: they hold a user's text that exists
/// nowhere else.
package struct ForeignNames: Sendable, Equatable {
    /// Whose names they are.
    package let program: String
    /// What the program keeps there, for a sentence that begins with "it is".
    package let purpose: String
    /// Patterns as in a `.gitignore`.
    package let patterns: [String]

    private init(_ program: String, _ purpose: String, _ patterns: String...) {
        self.program = program
        self.purpose = purpose
        self.patterns = patterns
    }

    /// All of them, by the kind of program.
    package static let table: [ForeignNames] =
        editors + office + systems + storage + synchronizers + transfers + versions + shared

    private static let editors = [
        ForeignNames("Emacs", "an auto-save or a lock", "#*#", ".#*"),
        ForeignNames("Vim", "a swap or undo file", "*.swp", "*.swo", "*.swn", ".*.sw[a-z]", ".*.swpx", ".*.un~"),
        ForeignNames("Kate", "a swap file", "*.kate-swp"),
        ForeignNames("GNOME", "a file that is being saved", ".goutputstream-*", ".xdp-*"),
        ForeignNames("JetBrains", "a file that is being saved", "*___jb_tmp___", "*___jb_old___"),
        ForeignNames("Notepad++, TextPad and others", "a backup", "*.bak", "*.BAK", "nppBackup/"),
        ForeignNames("Qt Creator, MATLAB and others", "an auto-save", "*.autosave", "*.asv"),
        ForeignNames("macOS", "a file that is being saved", "*.sb-????????-??????", "(A Document Being Saved By *"),
        ForeignNames("Jupyter", "an auto-save", ".ipynb_checkpoints/"),
        ForeignNames("Python", "a cache", "__pycache__/"),
        ForeignNames("Obsidian, Logseq", "settings or a bin", ".obsidian/", ".trash/", ".logseq/"),
        ForeignNames("JetBrains, Visual Studio Code", "settings", ".idea/", ".vscode/"),
    ]

    private static let office = [
        ForeignNames("Microsoft Office", "a note of who has a file open", "~$*"),
        ForeignNames("Microsoft Office", "a file that is being saved", "~WR[DL]*", "*.onetmp"),
        ForeignNames("Microsoft Office", "a backup or a lock", "*.wbk", "*.asd", "*.xlk", "*.laccdb"),
        ForeignNames("LibreOffice", "a lock", ".~lock.*#"),
        ForeignNames("InDesign, AutoCAD", "a lock", "~*.idlk", "*.dwl", "*.dwl2"),
    ]

    private static let systems = [
        ForeignNames(
            "macOS", "a folder's view or a file's attributes", ".DS_Store", "._*", "__MACOSX/", "Icon[[:cntrl:]]",
            ".AppleDouble/", ".AppleDB/", ".AppleDesktop/", ".LSOverride", ".apdisk", ".VolumeIcon.icns"),
        ForeignNames(
            "macOS", "a system folder", ".Spotlight-V100/", ".Trashes/", ".fseventsd/", ".TemporaryItems/",
            ".DocumentRevisions-V100/", "Network Trash Folder/", "Temporary Items/"),
        ForeignNames(
            "Windows", "a folder's view, a shortcut or a mark", "[Tt]humbs.db", "[Tt]humbs.db:*", "ehthumbs*.db",
            "[Dd]esktop.ini", "THUMBS.DB", "DESKTOP.INI",
            "*.lnk", "*Zone.Identifier", "*:com.dropbox.*"),
        ForeignNames("Windows", "a system folder", "$RECYCLE.BIN/", "$Recycle.Bin/", "System Volume Information/"),
        ForeignNames(
            "Linux desktops", "a bin or a folder's view", ".Trash/", ".Trash-*", ".directory", ".thumbnails/",
            ".xdg-volume-info"),
        ForeignNames("Android", "a file in transit or in the bin", ".pending-*", ".trashed-*", ".nomedia"),
        ForeignNames("the kernel", "a removed file that a program still has open", ".nfs*", ".fuse_hidden*", ".__smb*"),
        ForeignNames("fsck", "what a repair found", "lost+found/"),
    ]

    private static let storage = [
        ForeignNames(
            "Synology", "indexes, a bin or snapshots", "@eaDir/", "*@SynoEAStream", "*@SynoResource", "@tmp/",
            "#recycle/", "#snapshot/"),
        ForeignNames(
            "QNAP", "indexes, a bin or snapshots", ".@__thumb/", "@Recycle/", "@Recently-Snapshot/", "@Transcode/"),
        ForeignNames("Samba", "a bin or a removed file", ".recycle/", ".smbdelete*"),
        ForeignNames("file systems", "snapshots", ".snapshot/", ".snapshots/", "~snapshot/", ".zfs/", ".glusterfs/"),
    ]

    private static let synchronizers = [
        ForeignNames(
            "Syncthing", "its state or a copy in progress", ".stfolder", ".stversions/", ".stignore",
            ".syncthing.*", "~syncthing~*"),
        ForeignNames(
            "Dropbox", "its state or a copy in progress", ".dropbox", ".dropbox.attr", ".dropbox.cache/", ".~dropbox*"),
        ForeignNames(
            "Nextcloud, ownCloud", "its state or a copy in progress", ".sync_*.db*", "._sync_*.db*",
            ".csync_journal.db*", ".nextcloudsync.log", ".owncloudsync.log", ".*.~[0-9a-f]*", "*.nextcloud",
            "*.owncloud"),
        ForeignNames("Google Drive", "a copy in progress", ".tmp.drivedownload/", ".tmp.driveupload/"),
        ForeignNames("iCloud", "a file that is not on this machine", ".*.icloud"),
        ForeignNames("OneDrive", "a lock", ".849C9593-*"),
        ForeignNames("Resilio Sync", "its state or a copy in progress", ".sync/", "*.!sync", "*.bts", "*.rsls*"),
        ForeignNames("Unison", "a copy in progress", ".unison.*", ".unison/"),
        ForeignNames("Seafile", "its state", ".seafile-data/", "_seafile-tmp-*"),
    ]

    private static let transfers = [
        ForeignNames(
            "rsync", "a copy in progress", ".~tmp~/", ".rsync-partial/", ".rsync-tmp/",
            ".*.??????"),
        ForeignNames("WinSCP", "a copy in progress", "*.filepart"),
        ForeignNames("rclone, curl and others", "a copy in progress", "*.partial"),
        ForeignNames("FTP servers", "an upload in progress", ".in.*", ".pureftpd-upload.*", "*.uploading", "*.upload"),
        ForeignNames("Firefox, KDE, wget2 and others", "a download in progress", "*.part", "*.part-Frag*", "*.ytdl"),
        ForeignNames(
            "Chrome, Edge, Brave", "a download or a save in progress", "*.crdownload", "*.crswap",
            ".com.google.Chrome.*",
            ".org.chromium.Chromium.*", ".com.microsoft.Edge.*", ".com.brave.Browser.*"),
        ForeignNames("Safari, Epiphany", "a download in progress", "*.download"),
        ForeignNames("Opera", "a download in progress", "*.opdownload"),
        ForeignNames(
            "aria2, qBittorrent and other managers", "a download in progress", "*.aria2", "*.!qB", "*.!ut", "*.!bt",
            "*.bc!",
            "*.dtapart", "*.fdmdownload"),
    ]

    /// Last, because the first pattern that matches names the program.
    private static let shared = [
        ForeignNames("Emacs, Vim, gedit, Kate and others", "a backup", "*~"),
        ForeignNames("WPS Office and others", "a lock or a temporary file", ".~*"),
        ForeignNames("many programs", "a temporary file", "*.tmp", "*.TMP", "*.temp", "*.tmp.[0-9]*", ".tmp*"),
    ]

    private static let versions = [
        ForeignNames(
            "version control", "its history or settings", ".git", ".gitignore", ".gitattributes", ".gitmodules",
            ".gitkeep", ".keep", ".svn/", ".hg/", ".hgignore", ".hgtags", ".bzr/", ".jj/", "_darcs/", ".pijul/",
            ".fslckout", "_FOSSIL_", "*,v", "**/CVS/Entries*", "**/CVS/Root", "**/CVS/Repository"),
        ForeignNames("patch and merge programs", "what a merge left", "*.orig", "*.rej"),
    ]
}
