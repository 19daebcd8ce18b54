package import Platform

/// How the inbox stands, for the status page.
package struct InboxReport: Sendable, Equatable {
    /// How files are found.
    package enum Mode: String, Sendable, Equatable {
        case inotify, polling
    }

    package var mode: Mode
    /// Why it polls; nil when inotify is in use.
    package var pollingReason: String?
    package var counts: InboxCounts
    /// Files and folders that cannot be taken, with reason and remedy; the first 100 by name. `counts` has their number.
    package var blocked: [String: String]
    /// How often the kernel lost events since the start.
    package var overflows: Int
    /// Whether the inbox is watched and the first of what lies there is offered; a backlog may still be to be looked at.
    package var isWatching: Bool
    /// Whether the whole inbox has been looked through since the start.
    package var isScanned: Bool
    /// What the system refused at the last look, so that there may be more than was seen; nil when all was seen.
    package var refusal: PlatformError?
}

/// How many names of the inbox are in which state.
package struct InboxCounts: Sendable, Equatable {
    /// Waiting until nobody has touched them for the settle time.
    package var settling = 0
    /// Open for writing by somebody.
    package var busy = 0
    /// Ready, and not yet claimed.
    package var offered = 0
    /// Files and folders that cannot be taken; they are counted beside what is being done about them.
    package var blocked = 0
    /// Names that the ignore patterns match.
    package var ignored = 0
    /// There is more in the inbox than has been looked at.
    package var leftBehind = false

    /// Nothing is left that could become ready by itself soon; what a writer holds open or cannot be taken does not count.
    package var isIdle: Bool { settling == 0 && offered == 0 && !leftBehind }
}
