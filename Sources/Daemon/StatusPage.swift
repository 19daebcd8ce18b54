package import Ingest
package import Logging
import Platform
import Synchronization
package import SystemPackage

/// The files in the runtime directory, rewritten after changes and every five seconds.
package final class StatusPage: Sendable {
    private struct State {
        var last: SpoolStatus?
        var written: ContinuousClock.Instant?
        var hasComplained = false
        var isAnnounced = false
        var tokens = RateWindow(.seconds(10))
        var files = RateWindow(.seconds(60))
    }

    private let directory: FilePath
    /// The folders whose free space is shown.
    private let places: Places?
    private let logger: Logger
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// The folders of the daemon that lie on disks which can become full.
    package struct Places: Sendable {
        let spool: FilePath
        let index: FilePath

        package init(spool: FilePath, index: FilePath) {
            self.spool = spool
            self.index = index
        }
    }

    package init(directory: FilePath, places: Places? = nil, logger: Logger) {
        self.directory = directory
        self.places = places
        self.logger = logger
    }

    /// Returns true the first time, when the service manager should learn that the daemon is ready.
    func announce() -> Bool {
        state.withLock { state in
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
    }

    /// Adds rates, estimates and the time, and writes the files after a change or when five seconds are over.
    ///
    /// - Parameters:
    ///   - status: the page as it stands.
    ///   - filesFinished: the files that have been read and encoded since the start.
    ///   - interval: the longest time between two calls.
    /// - Returns: the page as it was written.
    package func update(
        _ status: SpoolStatus, filesFinished: Int = 0, interval: Duration = .seconds(1)
    ) -> SpoolStatus {
        var status = status
        let now = ContinuousClock.now
        status.intervalSeconds = max(Self.rest, interval) / .seconds(1)
        let isDue = state.withLock { state in
            let time = began.duration(to: now)
            status.tokensPerSecond = state.tokens.rate(status.tokensEncoded, at: time)
            status.filesPerSecond = state.files.rate(filesFinished, at: time)
            status.leftSeconds = Self.left(status)
            let isDue = status != state.last || state.written.map { now - $0 >= Self.rest } ?? true
            if isDue {
                state.last = status
                state.written = now
            }
            return isDue
        }
        if isDue { write(status) }
        return status
    }

    /// The longest time without a page in a daemon that has nothing to do.
    private static let rest = Duration.seconds(5)

    /// The time for the files that are known; nil where there are none, or nothing to estimate from.
    package static func left(_ status: SpoolStatus) -> Double? {
        let current = status.current?.leftSeconds
        // The files behind the current one.
        let waiting =
            status.inbox.queued + status.inbox.settling + max((status.inProgress ?? 0) - 1, 0)
        guard waiting > 0 else { return current }
        guard let speed = status.filesPerSecond, speed > 0 else { return nil }
        return ((current ?? 0) + Double(waiting) / speed).rounded()
    }

    private func write(_ status: SpoolStatus) {
        var status = status
        status.written = RealTime.now.timestamp
        if let places {
            var disk = status.disk ?? DiskReport()
            disk.note(spoolFree: Self.free(places.spool), indexFree: Self.free(places.index))
            let devices = [places.spool, places.index].map { (try? FileStatus.followingLinks($0))?.device }
            disk.isOneDisk = devices[1] == nil || devices[0] == devices[1]
            status.disk = disk
        }
        do throws(PlatformError) {
            let folder = try OpenDirectory.making(directory, mode: 0o755)
            // The status names files, which concern only those who may search. The numbers are for any monitor.
            try Self.replace(status.json, as: SpoolStatus.fileName, in: folder, mode: 0o640)
            try Self.replace(
                Array(MetricsPage.text(status).utf8), as: MetricsPage.fileName, in: folder, mode: 0o644)
            state.withLock { $0.hasComplained = false }
        } catch {
            // Documents matter more than their status page.
            let isNew = state.withLock { state in
                defer { state.hasComplained = true }
                return !state.hasComplained
            }
            if isNew { logger.warning("the status cannot be written: \(error)") }
        }
    }

    /// Replaces a page, on a full disk too, where the daemon waits and people ask why.
    ///
    /// A new file needs a block that a full disk does not have. The old page has its block already, and is written over;
    /// who reads it in that moment reads it again.
    private static func replace(
        _ page: [UInt8], as name: FilePath.Component, in folder: OpenDirectory, mode: UInt32
    ) throws(PlatformError) {
        do throws(PlatformError) {
            try folder.replaceVolatile(page, as: name, mode: mode)
        } catch {
            guard error.cause == .noSpace || error.cause == .diskQuotaExceeded else { throw error }
            let old = try folder.open(FilePath(root: nil, [name]), OpenFlags.inPlace)
            let length = try old.status().size
            // White space may follow a page; a longer one may still fit into the last block.
            let padding = [UInt8](repeating: UInt8(ascii: "\n"), count: max(length - page.count, 0))
            try old.overwrite((page + padding).rawSpan, at: 0)
        }
    }

    private static func free(_ place: FilePath) -> Int? { (try? FileSystemStatus(of: place))?.availableBytes }
}
