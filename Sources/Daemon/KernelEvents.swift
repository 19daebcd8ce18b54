import Inbox
import Ingest
import Logging
import Platform
import Spool
import SystemPackage

/// The kernel's events for this process, or the reason for their absence.
///
/// Make it first, before the process has many descriptors.
package struct KernelEvents: ~Copyable {
    private let watch: InotifyWatch?
    private let refusal: String?

    package init() {
        do throws(PlatformError) {
            watch = try InotifyWatch()
            refusal = nil
        } catch {
            watch = nil
            refusal =
                error.cause == .tooManyOpenFiles
                ? "the limit of inotify is reached; raise sysctl fs.inotify.max_user_instances" : "\(error)"
        }
    }

    /// Records that there are no events, and why.
    init(refusal: String) {
        watch = nil
        self.refusal = refusal
    }

    /// Makes the inbox that uses the events.
    consuming func inbox(
        _ spool: Spool, _ options: IngestOptions, logger: Logger
    ) throws(PlatformError) -> Inbox {
        let refusal = refusal
        return try Inbox(
            directory: spool.dropFolder, options: options.inboxOptions, watch: watch,
            pollingReason: refusal, logger: logger, recognizes: spool.recognizes)
    }
}
