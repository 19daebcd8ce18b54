package import Inbox
package import Ingest
package import Spool
package import SystemPackage

/// Everything that is known of one file, past or present: where it lies, what the index has of it, and what became of it.
package struct Explanation: Sendable {
    /// A file of this path somewhere in the spool.
    package struct Place: Sendable, Equatable {
        /// What lying there means.
        package enum Kind: String, Sendable {
            case inbox
            case work
            case done
            case failed
            case replaced
        }

        package let kind: Kind
        /// Where, in full.
        package let path: FilePath
        package let size: Int
        /// Nanoseconds since 1970 of the last write.
        package let modified: Int64
    }

    /// What the newest generation of the index has of it.
    package struct Indexed: Sendable, Equatable {
        package var documents = 0
        package var passages = 0
        package var generation = 0
        /// The claim of the newest of them.
        package var claim = ""
        /// Nanoseconds since 1970 of the last write of the file that the newest of them comes from.
        package var modified: Int64 = 0
    }

    /// The path below the inbox.
    package let path: FilePath
    package var places: [Place] = []
    /// The rule that keeps it from being taken.
    package var ignoredBy: IgnoreRule?
    /// Why the running daemon does not take it for now.
    package var notTaken: SpoolStatus.Listed?
    /// Its next try, if it could not be read.
    package var deferred: SpoolStatus.Deferred?
    package var indexed: Indexed?
    /// Whether the reader may not look into the index, so that nothing is known of it.
    package var isIndexClosed = false
    /// How the file that lies in the inbox ended when it was taken as it is; nil when it was not.
    package var inPlace: LeftEntry.Outcome?
    /// When the whole file was forgotten, an RFC 3339 time of UTC.
    package var forgotten: String?
    /// Why it failed, with what to do.
    package var failure: FailureReport?
    /// Its outcomes, the oldest first.
    package var history: [JournalEntry] = []

    package init(path: FilePath) { self.path = path }

    /// Whether nothing is known of such a file.
    package var isEmpty: Bool {
        places.isEmpty && indexed == nil && failure == nil && history.isEmpty && forgotten == nil
    }

    /// What a person wants to know first.
    package enum Verdict: String, Sendable {
        case ignored
        case waiting
        /// It cannot be taken before somebody does something.
        case blocked
        case working
        case indexed
        /// Indexed as it is, and still in the inbox, because it may be read and not moved.
        case leftInPlace = "left_in_place"
        case failed
        /// Somebody has asked for it to be taken out of the index.
        case forgotten
        /// Nothing of it is in the index any more.
        case gone
        case unknown
    }

    /// The present state; a newer version that waits comes before what the index has.
    package var verdict: Verdict {
        let kinds = Set(places.map(\.kind))
        if kinds.contains(.inbox) {
            if ignoredBy != nil { return .ignored }
            if let inPlace { return inPlace == .indexed ? .leftInPlace : .failed }
            return notTaken.map { ["blocked", "left"].contains($0.state) } == true ? .blocked : .waiting
        }
        if kinds.contains(.work) { return .working }
        if kinds.contains(.failed) { return .failed }
        if indexed != nil { return .indexed }
        if forgotten != nil { return .forgotten }
        return isEmpty ? .unknown : .gone
    }
}
