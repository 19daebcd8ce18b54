package import Logging
import Synchronization

/// The least severe level that is logged; SIGHUP may change it for all loggers at once.
package final class LogLevelSwitch: Sendable {
    private let level: Mutex<Logger.Level>

    package init(_ level: Logger.Level) {
        self.level = Mutex(level)
    }

    package var current: Logger.Level { level.withLock { $0 } }

    package func set(_ new: Logger.Level) { level.withLock { $0 = new } }
}
