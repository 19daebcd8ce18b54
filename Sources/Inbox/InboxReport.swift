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
    /// Files that cannot be read, with reason and remedy; the first 100.
    package var blocked: [String: String]
    /// How often the kernel lost events since the start.
    package var overflows: Int
    /// Whether the whole inbox has been looked through since the start.
    package var isScanned: Bool
}
