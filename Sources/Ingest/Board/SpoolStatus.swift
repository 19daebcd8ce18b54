import FoundationEssentials
import Identity
import Inbox
import Platform
package import Spool
package import SystemPackage
import Text

/// The daemon's state as `status.json` has it; written by the daemon, read by `vectorspool status`.
package struct SpoolStatus: Codable, Sendable, Equatable {
    /// What the daemon is doing.
    package enum State: String, Codable, Sendable, Equatable {
        /// Loading the model, opening the index, recovering.
        case starting
        /// Watching, and taking what comes.
        case ready
        /// Waiting for the system to recover; `pausedReason` says from what.
        case paused
        /// A person has paused it; `pausedBy` says who.
        case held
        /// Finishing what is in flight.
        case stopping
        /// Ended in order.
        case stopped
    }

    /// How the inbox stands.
    package struct InboxState: Codable, Sendable, Equatable {
        /// `inotify` or `polling`.
        package var mode = "polling"
        package var pollingReason: String?
        /// Waiting until nobody has touched them for the settle time.
        package var settling = 0
        /// Held open by a writer.
        package var beingWritten = 0
        /// Ready, waiting for their turn.
        package var queued = 0
        /// May not be read: path and remedy.
        package var blocked: [String: String] = [:]
        /// How many there are; `blocked` names the first.
        package var blockedCount = 0
        /// Names that the ignore patterns match.
        package var ignored = 0
        /// Files without contents, which somebody may be about to fill.
        package var empty = 0
        /// Links, pipes, sockets and devices, which stay where they are.
        package var left = 0
        /// Files that are indexed and stay where they are, because they may be read and not moved.
        package var leftInPlace: Int?
        /// The names that are not taken for now, the first hundred of each state; the numbers above count all.
        package var listed: [Listed] = []
        /// How often the kernel lost events.
        package var overflows = 0
    }

    /// A name in the inbox that is not taken for now.
    package struct Listed: Codable, Sendable, Equatable {
        /// Below the inbox.
        package var path: String
        /// `ignored`, `blocked`, `empty`, `being_written`, `left` or `left_in_place`.
        package var state: String
        /// Why, and what to do.
        package var reason: String
        /// The pattern that excludes it.
        package var pattern: String?
        /// Where the pattern is from: `spool.ignore`, `built in`, or `own` for VectorSpool's own names.
        package var list: String?
        /// The program whose name it is.
        package var program: String?
        /// When it was first found so, since the daemon's start.
        package var since: String

        init(_ name: InboxName) {
            path = name.path
            state = name.state.rawValue
            reason = name.reason
            pattern = name.pattern
            list = name.list
            program = name.program
            since = name.since.timestamp
        }
    }

    /// A file that could not be read and is tried again.
    package struct Deferred: Codable, Sendable, Equatable {
        /// Below the inbox.
        package var path: String
        /// Why it could not be read.
        package var reason: String
        /// How often it has been tried, and how often it will be at most.
        package var tries: Int
        package var most: Int
        /// Until the next try.
        package var seconds: Double

        package init(path: String, reason: String, tries: Int, most: Int, seconds: Double) {
            self.path = path
            self.reason = reason
            self.tries = tries
            self.most = most
            self.seconds = seconds
        }

        static func first(of files: DeferredFiles) -> [Deferred]? {
            let entries = files.first(100)
            guard !entries.isEmpty else { return nil }
            return entries.map {
                let wait = max(ContinuousClock.now.duration(to: $0.due), .zero) / .seconds(1)
                return Deferred(
                    path: $0.file.relativePath.displayName, reason: $0.reason, tries: $0.tries, most: files.most,
                    seconds: wait.rounded())
            }
        }
    }

    /// A file that is tried once more while everything else waits.
    package struct Alone: Codable, Sendable, Equatable {
        /// Below the inbox.
        package var path: String
        /// How often the daemon died while the file was open.
        package var deaths: Int

        package init(path: String, deaths: Int) {
            self.path = path
            self.deaths = deaths
        }
    }

    package var schema = 1
    package var state = State.starting
    package var pausedReason: String?
    /// Since when the system is waited for.
    package var pausedSince: String?
    /// The person who has paused it, be it that the system is waited for too.
    package var pausedBy: PauseFlag?
    /// Whether everything that was in the inbox has been taken, in a run that ends then.
    package var isDrained = false
    /// Whether somebody asked to stop before the inbox was empty and all was committed.
    package var isInterrupted = false
    /// Whether what an earlier run left in `work/` has been looked through.
    package var isRecovered = false
    package var version = ProgramVersion.current
    package var process: Int32 = 0
    /// With the number it identifies the process for good: `ProcessIdentity`.
    package var processStart: UInt64?
    package var boot: String?
    package var started = ""
    package var written = ""
    /// The longest time between two pages; an older page is not today's.
    package var intervalSeconds: Double?
    package var spool = ""
    package var index = ""
    package var model = ""
    package var precision = ""
    package var compute = ""
    /// The configuration that the daemon reads; nil when there is none.
    package var configuration: String?
    package var inbox = InboxState()
    /// Files that are claimed and not yet committed.
    package var inWork = 0
    /// Those of them that could not be read and are tried again, the first hundred; nil when there are none.
    package var deferred: [Deferred]?
    /// The file that all others wait for, because the daemon has died while it was open; nil when there is none.
    package var alone: Alone?
    /// Since the start: files that were indexed, were known already, failed; documents and passages committed.
    package var doneFiles = 0
    package var unchangedFiles = 0
    package var failedFiles = 0
    package var failedLines = 0
    package var refusedNames = 0
    package var documentsAdded = 0
    /// Documents whose place a newer version has taken, or that a newer version of their file left out.
    package var documentsReplaced: Int?
    package var passagesAdded = 0
    package var tokensEncoded = 0
    /// From the first claim to the last commit.
    package var encodingSeconds = 0.0
    /// Over the last seconds.
    package var tokensPerSecond = 0.0
    package var filesPerSecond: Double?
    /// The oldest file that is being read or encoded.
    package var current: WorkProgress.Report?
    /// Files that are being read or encoded: those in work that do not just wait for their commit.
    package var inProgress: Int?
    /// An estimate for the files that are known, the current one included.
    package var leftSeconds: Double?
    /// Whether the inbox holds more than has been looked at.
    package var hasMore: Bool?
    /// Of the index.
    package var generation = 0
    package var documents = 0
    package var rows = 0
    /// Share of vector components that fell outside the ranges, over the index's life.
    package var clippedShare = 0.0
    /// Passages gathered for calibration; nil when the index has its ranges.
    package var calibratingPassages: Int?
    package var lastCommit: String?
    /// From the arrival of files until they could be found, since the start.
    package var searchableAfter: DelayHistogram?
    /// A configuration that SIGHUP brought and that was not taken: why.
    package var reloadError: String?
    /// How often the configuration was read again, taken or not.
    package var reloads: Int?
    /// Keys of it that wait for a restart.
    package var reloadLater: [String]?
    /// What is free, and what takes it.
    package var disk: DiskReport?

    // What the reader of the page adds: the daemon leaves these out.
    /// Whether the daemon that wrote the page still runs.
    package var alive: Bool?
    package var ageSeconds: Double?
    /// Whether the page is not that of now.
    package var isOld: Bool?

    // Keys that came later are optional, so a page of an older daemon can still be read.
    package init() {}

    /// Files and other names that ended in `failed/` since the start: the one number that people are shown.
    package var failed: Int { failedFiles + refusedNames }

    /// The name of the file in the runtime directory.
    package static let fileName: FilePath.Component = "status.json"

    /// The page as it is written.
    package var json: [UInt8] { encoded([.prettyPrinted]) }

    /// The page as one line, for programs that read a stream.
    package var jsonLine: [UInt8] { encoded([]) }

    private func encoded(_ layout: JSONEncoder.OutputFormatting) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = layout.union([.sortedKeys, .withoutEscapingSlashes])
        // Strings, numbers and dictionaries of them always encode.
        return ((try? encoder.encode(self)).map { JSONText.escaped($0) } ?? []) + [UInt8(ascii: "\n")]
    }
}

extension SpoolStatus.InboxState {
    init(_ report: InboxReport) {
        mode = report.mode.rawValue
        pollingReason = report.pollingReason
        settling = report.counts.settling
        beingWritten = report.counts.busy
        queued = report.counts.offered
        for name in report.names where name.state == .blocked { blocked[name.path] = name.reason }
        blockedCount = report.counts.blocked
        ignored = report.counts.ignored
        empty = report.counts.empty
        left = report.counts.left
        leftInPlace = report.counts.leftInPlace
        listed = report.names.map { SpoolStatus.Listed($0) }
        overflows = report.overflows
    }
}
