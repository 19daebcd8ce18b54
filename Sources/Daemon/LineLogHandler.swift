package import Logging
import Platform
package import Settings
import Synchronization
import Text

/// Writes each message as one line to standard error, in a form that suits its reader.
package struct LineLogHandler: LogHandler {
    /// The form of a line.
    package enum Style: Sendable, Equatable {
        /// Time, level, text: for a terminal or a file.
        case text
        /// `<N>` before the text, which is the priority for journald (sd-daemon(3)); journald adds the time.
        case journal
        /// One JSON object.
        case json
    }

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let style: Style
    private let level: LogLevelSwitch

    package init(_ style: Style, level: LogLevelSwitch) {
        self.style = style
        self.level = level
    }

    /// The style for this process; journald announces the file that it reads in `JOURNAL_STREAM`.
    package static func style(_ format: DaemonSettings.LogFormat) -> Style {
        switch format {
        case .text: .text
        case .json: .json
        case .auto:
            StandardStream.error.isJournal(CurrentProcess.environment("JOURNAL_STREAM")) ? .journal : .text
        }
    }

    package var logLevel: Logger.Level {
        get { level.current }
        set { level.set(newValue) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        // A failing log must not stop the daemon.
        try? StandardStream.error.write(line(event.level, message: "\(event.message)", metadata: all))
    }

    /// Formats a message as one line with its line feed.
    package func line(_ level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        switch style {
        case .json:
            var object = JSONObject()
            object.add("time", RealTime.now.timestamp)
            object.add("level", level.rawValue)
            object.add("message", message)
            for (key, value) in pairs { object.add(key, value) }
            return object.text + "\n"
        case .text, .journal:
            let tail = pairs.isEmpty ? "" : " (" + pairs.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + ")"
            // A line feed would begin a new entry.
            let text = TerminalText.visible(message + tail)
            if style == .journal { return "<\(Self.priority(level))>\(text)\n" }
            return "\(RealTime.now.timestamp) \(level.rawValue): \(text)\n"
        }
    }

    // syslog(3).
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}

/// The least severe level to log, which SIGHUP can change for all loggers at once.
package final class LogLevelSwitch: Sendable {
    private let level: Mutex<Logger.Level>

    package init(_ level: Logger.Level) {
        self.level = Mutex(level)
    }

    package var current: Logger.Level { level.withLock { $0 } }

    package func set(_ new: Logger.Level) { level.withLock { $0 = new } }
}
