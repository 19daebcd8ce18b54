import Platform
package import Spool
package import SystemPackage

/// The files that failed last, for those who wait for what they dropped.
///
/// `failed/` has all of them; to read it for each who waits would take long where many failed.
package struct LatestFailures: Sendable {
    /// One failure.
    package struct Entry: Sendable, Equatable {
        /// Below the inbox, as it is shown.
        package let path: String
        /// The same path as it is; nil where only how it is shown is known.
        package let file: FilePath?
        let reason: String
        /// Whose file it is.
        package let owner: UInt32
        /// By the clock of the system.
        let nanoseconds: Int64

        package init(path: String, file: FilePath? = nil, reason: String, owner: UInt32, nanoseconds: Int64) {
            self.path = path
            self.file = file
            self.reason = reason
            self.owner = owner
            self.nanoseconds = nanoseconds
        }

        /// What the report of a failed file, or of failed lines of one, says.
        package init(_ file: FailedFile) {
            self.init(
                path: (file.wholeFile ?? file.path).displayName, reason: file.report.summary, owner: file.report.owner,
                nanoseconds: file.reported)
        }
    }

    private var entries: [Entry] = []
    /// What failed before is not known here, or not all of it.
    private var beginning: Int64
    /// So many are kept; twice as many are in memory for a moment.
    package static let most = 1000

    package init(from beginning: Int64 = RealTime.now.nanoseconds) { self.beginning = beginning }

    /// Notes a failure.
    package mutating func add(_ entry: Entry) {
        entries.append(entry)
        guard entries.count >= Self.most * 2 else { return }
        beginning = max(beginning, entries[Self.most - 1].nanoseconds + 1)
        entries.removeFirst(Self.most)
    }

    /// The failures since a moment; nil when not all of them are known.
    package func since(_ nanoseconds: Int64) -> [Entry]? {
        guard nanoseconds >= beginning else { return nil }
        // A clock that was set back puts them out of order, and then too many are better than too few.
        return Array(entries[(entries.firstIndex { $0.nanoseconds >= nanoseconds } ?? entries.endIndex)...])
    }
}
