package import Logging
import Platform
package import Settings
import Synchronization
import Text

/// One line a message on standard error, in the form that suits who reads there.
package struct LineLogHandler: LogHandler {
    /// How a line looks.
    package enum Style: Sendable, Equatable {
        /// Time, level, text: for a terminal or a file.
        case text
        /// `<N>` before the text, which journald takes as the priority (sd-daemon(3)); it knows the time itself.
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

    /// The style for this process: journald says in `JOURNAL_STREAM` which file it reads from.
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
        // A log that cannot be written is no reason to stop.
        try? StandardStream.error.write(line(event.level, "\(event.message)", all))
    }

    /// The line for a message, its line feed included.
    package func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
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
            // One message, one line: a line feed would begin a new entry.
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

/// The least severe level that is logged; SIGHUP may change it for all loggers at once.
package final class LogLevelSwitch: Sendable {
    private let level: Mutex<Logger.Level>

    package init(_ level: Logger.Level) {
        self.level = Mutex(level)
    }

    package var current: Logger.Level { level.withLock { $0 } }

    package func set(_ new: Logger.Level) { level.withLock { $0 = new } }
}
