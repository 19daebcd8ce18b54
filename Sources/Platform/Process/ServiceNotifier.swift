import Glibc
import Text

/// Reports the daemon's state to the service manager: the datagrams of `sd_notify(3)`, without linking libsystemd.
package struct ServiceNotifier: Sendable {
    private let socket: DatagramSocket?
    /// How often the manager expects `WATCHDOG=1`; nil without a watchdog.
    package let watchdogInterval: Duration?

    /// Makes a notifier from the values of two environment variables.
    ///
    /// - Parameters:
    ///   - socket: the value of `NOTIFY_SOCKET`; nil makes every message a no-op.
    ///   - watchdogMicroseconds: the value of `WATCHDOG_USEC`.
    package init(socket: String?, watchdogMicroseconds: String? = nil) {
        self.socket = socket.map { DatagramSocket(at: $0) }
        // Half the limit, as sd_watchdog_enabled(3) recommends.
        watchdogInterval = watchdogMicroseconds.flatMap { Int64($0) }
            .flatMap { $0 > 0 ? .microseconds($0 / 2) : nil }
    }

    /// The manager that started this process, if any.
    package static var ofThisProcess: ServiceNotifier {
        ServiceNotifier(
            socket: CurrentProcess.environment("NOTIFY_SOCKET"),
            watchdogMicroseconds: CurrentProcess.environment("WATCHDOG_USEC"))
    }

    /// Reports that the daemon is locked, recovered and watching.
    package func ready(status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }

    /// Sends one line for `systemctl status`.
    package func status(_ text: String) { send("STATUS=\(Self.line(text))") }

    /// Tells the watchdog that the daemon works.
    package func alive() { send("WATCHDOG=1") }

    /// Asks the watchdog to act now, because part of this process hangs and will not continue.
    package func hangs() { send("WATCHDOG=trigger") }

    /// Reports that the configuration is being read again; `ready` always follows.
    package func reloading() {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    /// Reports that the daemon is stopping; `extending` asks for that much more time to finish current work.
    package func stopping(extending: Duration? = nil) {
        let more = extending.map { "\nEXTEND_TIMEOUT_USEC=\($0.components.seconds * 1_000_000)" } ?? ""
        send("STOPPING=1" + more)
    }

    private func send(_ message: String) {
        // A missing manager is no failure.
        socket?.send(Array(message.utf8))
    }

    /// Escapes a status, because a line feed would begin another variable of the message.
    package static func line(_ text: String) -> String { TerminalText.visible(text) }
}
