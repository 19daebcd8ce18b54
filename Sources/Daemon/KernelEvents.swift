import Inbox
import Ingest
import Logging
import Platform
import Spool
import SystemPackage

/// The kernel's events of this process, or the reason why there are none.
///
/// To be made first thing, before the process has many descriptors.
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
                ? "the limit of inotify is reached, see sysctl fs.inotify.max_user_instances" : "\(error)"
        }
    }

    /// No events, for this reason.
    init(refusal: String) {
        watch = nil
        self.refusal = refusal
    }

    /// The inbox that uses them.
    consuming func inbox(
        _ spool: Spool, _ options: IngestOptions, logger: Logger
    ) throws(PlatformError) -> Inbox {
        let refusal = refusal
        return try Inbox(
            directory: spool.dropFolder, options: options.inboxOptions, watch: watch,
            pollingReason: refusal, logger: logger)
    }
}
