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
        var samples: [(time: ContinuousClock.Instant, tokens: Int)] = []
    }

    private let directory: FilePath
    private let logger: Logger
    private let state = Mutex(State())

    package init(directory: FilePath, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Returns true the first time, when the service manager should learn that the daemon is ready.
    func announce() -> Bool {
        state.withLock { state in
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
    }

    /// Adds the token rate and the time, and writes the files.
    package func update(_ status: SpoolStatus) -> SpoolStatus {
        var status = status
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            status.tokensPerSecond = Self.rate(&state.samples, tokens: status.tokensEncoded, at: now)
            let isDue = status != state.last || state.written.map { now - $0 >= .seconds(5) } ?? true
            if isDue {
                state.last = status
                state.written = now
            }
            return isDue
        }
        if isDue { write(status) }
        return status
    }

    private func write(_ status: SpoolStatus) {
        var status = status
        status.written = RealTime.now.timestamp
        do throws(PlatformError) {
            let folder = try OpenDirectory.making(directory, mode: 0o755)
            try folder.replaceVolatile(status.json, as: SpoolStatus.fileName, mode: 0o644)
            try folder.replaceVolatile(Array(MetricsPage.text(status).utf8), as: MetricsPage.fileName, mode: 0o644)
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

    private static func rate(
        _ samples: inout [(time: ContinuousClock.Instant, tokens: Int)], tokens: Int, at now: ContinuousClock.Instant
    ) -> Double {
        samples.append((now, tokens))
        samples.removeAll { now - $0.time > .seconds(10) }
        guard let first = samples.first, now - first.time > .milliseconds(100) else { return 0 }
        return (Double(tokens - first.tokens) / ((now - first.time) / .seconds(1)) * 10).rounded() / 10
    }
}
