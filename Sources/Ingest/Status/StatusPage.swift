import Inbox
import Logging
import Platform
import SystemPackage

/// The files in the runtime directory; they are rewritten when something has changed, and every five seconds.
struct StatusPage {
    private let directory: FilePath
    private let logger: Logger
    private var last: SpoolStatus?
    private var written = ContinuousClock.now - .seconds(3600)
    private var hasComplained = false
    private var samples: [(time: ContinuousClock.Instant, tokens: Int)] = []
    /// Whether the service manager has been told that we are ready.
    var isAnnounced = false

    init(directory: FilePath, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Adds the rate of tokens and the time, and writes the files.
    mutating func update(_ status: SpoolStatus) -> SpoolStatus {
        var status = status
        status.tokens_per_second = rate(status.tokens_encoded)
        let now = ContinuousClock.now
        guard status != last || now - written >= .seconds(5) else { return status }
        last = status
        written = now
        status.written = RealTime.now.timestamp
        do throws(PlatformError) {
            try Directory.create(directory)
            try AtomicFile.replaceVolatile(status.json, at: directory.appending(SpoolStatus.fileName))
            try AtomicFile.replaceVolatile(
                Array(MetricsPage.text(status).utf8), at: directory.appending(MetricsPage.fileName))
            hasComplained = false
        } catch {
            // Documents matter more than the page about them.
            if !hasComplained { logger.warning("the status cannot be written: \(error)") }
            hasComplained = true
        }
        return status
    }

    private mutating func rate(_ tokens: Int) -> Double {
        let now = ContinuousClock.now
        samples.append((now, tokens))
        samples.removeAll { now - $0.time > .seconds(10) }
        guard let first = samples.first, now - first.time > .milliseconds(100) else { return 0 }
        let seconds = first.time.duration(to: now) / .seconds(1)
        return (Double(tokens - first.tokens) / seconds * 10).rounded() / 10
    }
}

extension SpoolStatus.InboxState {
    init(_ report: InboxReport) {
        self.init(
            mode: report.mode.rawValue, polling_reason: report.pollingReason, settling: report.counts.settling,
            being_written: report.counts.busy, queued: report.counts.offered, blocked: report.blocked,
            ignored: report.counts.ignored, overflows: report.overflows)
    }
}
