package import Platform

/// The state of the inbox, for the status page.
package struct InboxReport: Sendable, Equatable {
    /// How files are found.
    package enum Mode: String, Sendable, Equatable {
        case inotify, polling
    }

    package var mode: Mode
    /// Why it polls; nil when inotify is in use.
    package var pollingReason: String?
    package var counts: InboxCounts
    /// The names that are not taken for now, the first 100 of each state by name.
    ///
    /// `counts` has the total numbers.
    package var names: [InboxName]
    /// How often the kernel has lost events since the start.
    package var overflows: Int
    /// Whether the inbox is watched and the first files in it are offered; a backlog may remain to be scanned.
    package var isWatching: Bool
    /// Whether the whole inbox has been scanned since the start.
    package var isScanned: Bool
    /// The system's refusal in the last scan, which may have hidden files; nil when everything was visible.
    package var refusal: PlatformError?
}

/// The number of names in each state.
package struct InboxCounts: Sendable, Equatable {
    /// Files that wait until they have been unchanged for the settle time.
    package var settling = 0
    /// Files that a writer holds open.
    package var busy = 0
    /// Files without contents, which somebody may be about to fill.
    package var empty = 0
    /// Files that are ready and not claimed yet.
    package var offered = 0
    /// Files and folders that cannot be taken; files in another state can be among them.
    package var blocked = 0
    /// Links, pipes, sockets and devices, which stay where they are.
    package var left = 0
    /// Files that were taken and stay where they are, because they may be read and not moved.
    package var leftInPlace = 0
    /// Names that match the ignore patterns.
    package var ignored = 0
    /// Whether there is more in the inbox than has been scanned.
    package var leftBehind = false

    /// Whether no file will become ready by itself soon.
    ///
    /// What is blocked or left does not count, nor what depends on a writer: files that are held open, and empty ones.
    package var isIdle: Bool { settling == 0 && offered == 0 && !leftBehind }
}
