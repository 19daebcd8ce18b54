package import Inbox
package import Ingest
import Platform
package import Spool
package import SystemPackage
import Text

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
        /// The contents of the newest of them.
        package var contents = Originals.Contents.part
    }

    /// What keeps a file of the inbox from being taken for now.
    package struct Obstacle: Sendable, Equatable {
        package let state: InboxName.State
        /// Why, and what to do.
        package let reason: String
        /// The folder below the inbox that it is about; nil when it is about the file itself.
        package var folder: FilePath?
    }

    /// The lines of a file that failed while the others were indexed.
    package struct BadLines: Sendable, Equatable {
        /// Where they lie, in full; nil when they lie in `done/` with the others.
        package let place: FilePath?
        package let report: FailureReport
    }

    /// What mended lines of another file became.
    package struct Joined: Sendable, Equatable {
        /// The file whose document they are now, below the inbox.
        package let path: FilePath
        /// Where they lie, in full; nil when they are not kept.
        package let place: FilePath?
    }

    /// The path below the inbox.
    package let path: FilePath
    /// The id of the one line of the file that is meant; nil for the whole file.
    package var item: [UInt8]?
    package var places: [Place] = []
    /// The rule that keeps it, or a folder above it, from being taken.
    package var ignoredBy: IgnoreRule?
    /// The folder below the inbox that the rule is about; nil when it is about the file itself.
    package var ignoredFolder: FilePath?
    package var obstacle: Obstacle?
    /// Whether a folder of the inbox hides from the reader what lies there.
    package var isHidden = false
    /// Why the running daemon takes nothing for now, in the words of the status page; nil when it takes files.
    package var stop: String?
    /// Whether no daemon works on the spool.
    package var isUnattended = false
    /// Its next try, if it could not be read.
    package var deferred: SpoolStatus.Deferred?
    package var indexed: Indexed?
    /// Whether the reader may not look into the index, so that nothing is known of it.
    package var isIndexClosed = false
    /// How the file that lies in the inbox ended when it was taken as it is; nil when it was not.
    package var inPlace: LeftEntry.Outcome?
    /// When the whole file was forgotten, an RFC 3339 time of UTC.
    package var forgotten: String?
    /// Whether the index has it, and the file that was dropped lies nowhere any more.
    package var isOriginalGone = false
    /// Why it failed, with what to do.
    package var failure: FailureReport?
    package var badLines: BadLines?
    package var joined: Joined?
    /// The inbox, to which what lies elsewhere can be moved again.
    package var inbox: FilePath?
    /// Whether it is a folder, of which this tells nothing.
    package var isFolder = false
    /// The glob for the journal that finds what may be meant where nothing is known of the name; nil for none.
    package var glob: String?
    /// Its outcomes, the oldest first.
    package var history: [JournalEntry] = []

    package init(path: FilePath) { self.path = path }

    /// Whether nothing is known of such a file, or of such a line of it.
    package var isEmpty: Bool { verdict == .unknown }

    /// Whether nothing is known of the file itself.
    package var isOfUnknownFile: Bool {
        places.isEmpty && indexed == nil && failure == nil && history.isEmpty && forgotten == nil
            && !(isHidden && (obstacle != nil || ignoredBy != nil))
    }

    /// The name for people, as searches print it.
    package var name: String {
        path.displayName + (item.map { "#" + TerminalText.name($0) } ?? "")
    }

    /// What a person wants to know first.
    package enum Verdict: String, Sendable {
        case ignored
        case waiting
        /// It cannot be taken before somebody does something.
        case blocked
        /// It is a link, a pipe, a socket or a device, or lies behind a link, and stays where it is.
        case left
        case working
        case indexed
        /// Indexed as it is, and still in the inbox, because it may be read and not moved.
        case leftInPlace = "left_in_place"
        case failed
        /// Its lines were mended, and are part of another file's documents now.
        case joined
        /// Somebody has asked for it to be taken out of the index.
        case forgotten
        /// Nothing of it is in the index any more.
        case gone
        case unknown
    }

    /// The present state; a newer version that waits comes before what the index has.
    package var verdict: Verdict {
        let kinds = Set(places.map(\.kind))
        if kinds.contains(.inbox), let verdict = verdictInInbox { return verdict }
        if kinds.contains(.work) || deferred != nil { return .working }
        if kinds.contains(.failed) || failure != nil { return .failed }
        if indexed != nil { return .indexed }
        if joined != nil { return .joined }
        if forgotten != nil, !isIndexedSince { return .forgotten }
        if isHidden, ignoredBy != nil { return .ignored }
        if isHidden, obstacle != nil { return .blocked }
        return item != nil || isOfUnknownFile ? .unknown : .gone
    }

    /// Where the file lies that this index has nothing of, although it was indexed: an older index may have been put back.
    package var strayPlace: FilePath? {
        item == nil && verdict == .gone && !isIndexClosed ? originalPlace : nil
    }

    private var originalPlace: FilePath? { places.first { $0.kind == .done }?.path }

    /// Whether it was dropped again and indexed after it was forgotten.
    private var isIndexedSince: Bool {
        guard item == nil, originalPlace != nil, let last = history.last(where: { $0.path == path }) else {
            return false
        }
        return last.outcome == .indexed || last.outcome == .unchanged
    }

    /// What there is to say of a file because it lies in the inbox.
    private var verdictInInbox: Verdict? {
        if ignoredBy != nil { return .ignored }
        switch inPlace {
        case .failed: return .failed
        case .forgotten: return .forgotten
        // A line of it may be missing.
        case .indexed, .partlyForgotten: return item == nil || indexed != nil ? .leftInPlace : nil
        case .partlyForgottenBefore, nil: break
        }
        switch obstacle?.state {
        case .blocked: return .blocked
        case .left: return .left
        case .leftInPlace where indexed != nil: return .leftInPlace
        default: return .waiting
        }
    }
}
