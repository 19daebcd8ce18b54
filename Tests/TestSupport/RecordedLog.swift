package import Logging
import Synchronization

/// Keeps what is logged, for a test to look at.
package final class RecordedLog: Sendable {
    private let stored = Mutex<[String]>([])

    package init() {}

    /// What was logged, each message after its level: `warning: the disk is full`.
    package var lines: [String] { stored.withLock { $0 } }

    /// Takes messages of every level.
    package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.stored.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
