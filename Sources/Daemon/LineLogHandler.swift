import Identity
package import Logging
package import Platform
package import Settings
import Synchronization
import Text

/// Writes each message as one line to standard error, in a form that suits its reader, or as fields to the journal.
package struct LineLogHandler: LogHandler {
    /// The form of a line.
    package enum Style: Sendable, Equatable {
        /// Time, level, text: for a terminal or a file.
        case text
        /// Fields for journald, which adds the time; where it does not take them, a line after `<N>`, which is the priority
        /// (sd-daemon(3)).
        case journal
        /// One JSON object.
        case json
    }

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let style: Style
    private let level: LogLevelSwitch
    private let journal: JournalSocket?

    package init(_ style: Style, level: LogLevelSwitch, journal: JournalSocket? = nil) {
        self.style = style
        self.level = level
        self.journal = journal
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
        write(event.level, message: "\(event.message)", metadata: metadata.merging(event.metadata ?? [:]) { $1 })
    }

    /// Writes a message whatever the level.
    package func write(_ level: Logger.Level, message: String, metadata: Logger.Metadata = [:]) {
        if style == .journal, let journal, journal.send(fields(level, message: message, metadata: metadata)) { return }
        // A failing log must not stop the daemon.
        try? StandardStream.error.write(line(level, message: message, metadata: metadata))
    }

    /// The fields of a message in the journal: text, priority, MESSAGE_ID, and VECTORSPOOL_PATH and the like.
    package func fields(
        _ level: Logger.Level, message: String, metadata: Logger.Metadata
    ) -> [(name: String, value: String)] {
        var fields = [
            ("MESSAGE", Self.sentence(message, metadata)), ("PRIORITY", "\(Self.priority(level))"),
            ("SYSLOG_IDENTIFIER", "vectorspoold"),
        ]
        if let event = metadata[LoggedEvent.key].flatMap({ LoggedEvent(rawValue: "\($0)") }) {
            fields.append(("MESSAGE_ID", event.messageIdentifier))
        }
        for (key, value) in Self.pairs(metadata) {
            // Journald takes capitals, digits and underscores.
            let name = key.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
            guard !name.isEmpty else { continue }
            fields.append(("VECTORSPOOL_" + name.prefix(40), TerminalText.visible(value)))
        }
        return fields
    }

    private static func pairs(_ metadata: Logger.Metadata) -> [(key: String, value: String)] {
        metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    }

    /// The text for people: the message with its metadata, except the event, which the message tells in words.
    private static func sentence(_ message: String, _ metadata: Logger.Metadata) -> String {
        let pairs = pairs(metadata).filter { $0.key != LoggedEvent.key }
        let tail = pairs.isEmpty ? "" : " (" + pairs.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + ")"
        // A line feed would begin a new entry.
        return TerminalText.visible(message + tail)
    }

    /// Formats a message as one line with its line feed.
    package func line(_ level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        switch style {
        case .json:
            var object = JSONObject()
            object.add("time", RealTime.now.timestamp)
            object.add("level", level.rawValue)
            object.add("message", message)
            for (key, value) in Self.pairs(metadata) { object.add(key, value) }
            return object.text + "\n"
        case .text, .journal:
            let text = Self.sentence(message, metadata)
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
