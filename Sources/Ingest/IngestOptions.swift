package import Inbox
package import Indexing
package import Spool
import Synchronization
package import SystemPackage

/// What decides how files are taken in.
package struct IngestOptions: Sendable, Equatable {
    package var spool: SpoolDirectory
    package var settle: Duration = .seconds(1)
    /// How long an empty file must stay unchanged before it is held to be meant so.
    package var emptySettle: Duration = .seconds(60)
    package var rescan: Duration = .seconds(30)
    /// The days for which an indexed file stays in `done/`; nil keeps it for ever, and 0 deletes it once it is indexed.
    package var keepDoneDays: Int?
    /// The days for which an earlier version stays in `replaced/`; nil keeps it for ever.
    package var keepReplacedDays: Int?
    /// Whether an indexed file is put away rather than deleted.
    package var keepsDone: Bool { keepDoneDays != 0 }
    package var maximumFileBytes = 64 << 20
    package var ignore = IgnorePatterns.standard

    package var maximumRows = 65_536
    package var maximumDelay: Duration = .seconds(1)

    package var indexing: IndexingOptions

    /// Everything at its default for a spool at `directory`.
    package init(spool directory: FilePath, model: FilePath) {
        spool = SpoolDirectory(directory)
        indexing = IndexingOptions(index: directory.appending("index"), model: model)
    }

    /// How the inbox is watched.
    package var inboxOptions: InboxOptions {
        InboxOptions(
            settle: settle, emptySettle: emptySettle, rescan: rescan, poll: min(rescan, max(settle, .seconds(2))),
            ignore: ignore)
    }
}

/// The options in force: what can change while the pipeline runs is read from here each time.
package final class LiveOptions: Sendable {
    private let options: Mutex<IngestOptions>

    package init(_ options: IngestOptions) {
        self.options = Mutex(options)
    }

    package var current: IngestOptions { options.withLock { $0 } }

    /// Replaces the options.
    ///
    /// The keys of the configuration declare which of them may change while the pipeline runs; the others must be as
    /// they were.
    package func adopt(_ new: IngestOptions) { options.withLock { $0 = new } }
}
