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
