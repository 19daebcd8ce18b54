/// Whether the kernel refuses to watch more folders, so that the inbox has to be polled.
///
/// The limit can be raised at any time. Each scan makes one attempt with a folder that is not watched, and a scan
/// without a refusal ends the polling.
struct WatchLimit: Sendable {
    /// Why the inbox is polled; nil while every folder is watched.
    private(set) var reason: String?
    private var isRefused = false

    /// Whether no attempt of this scan was refused.
    var allowsAttempt: Bool { !isRefused }

    /// Records a refusal; returns whether it is the first one.
    mutating func reached(_ cause: String) -> Bool {
        let isNew = reason == nil
        isRefused = true
        reason =
            "the limit of folders that the kernel watches is reached (\(cause)); raise it: sysctl fs.inotify.max_user_watches"
        return isNew
    }

    /// Records that the whole inbox was scanned; returns whether the limit is no longer reached.
    mutating func endScan() -> Bool {
        defer { isRefused = false }
        guard reason != nil, !isRefused else { return false }
        reason = nil
        return true
    }
}
