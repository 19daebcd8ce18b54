import Glibc

extension StandardStream {
    /// Whether journald reads here.
    ///
    /// - Parameter stream: the value of `JOURNAL_STREAM`, `device:inode` (systemd.exec(5)); it may be inherited by programs
    ///   whose output was redirected, so it is compared with the file itself.
    package func isJournal(_ stream: String?) -> Bool {
        guard let stream else { return false }
        var raw = stat()
        guard unsafe fstat(number, &raw) == 0 else { return false }
        return stream == "\(raw.st_dev):\(raw.st_ino)"
    }
}
