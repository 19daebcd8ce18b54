package import Platform

/// Checks that every thread of the daemon makes progress or has no work.
///
/// The service manager only hears from one thread, which can be well while another hangs.
package struct Watchdog: Sendable {
    /// Threads that have short tasks.
    let hearts: [Heartbeat]
    /// Threads that may spend long on one task, such as counting the files of years.
    let patientHearts: [Heartbeat]
    /// How long a thread may work without a heartbeat.
    package let limit: Duration

    /// How many times the limit a patient thread may take.
    private static let patience = 60

    /// Makes a watchdog; `limit` is how long a thread may work without a heartbeat.
    package init(hearts: [Heartbeat], patientHearts: [Heartbeat] = [], limit: Duration) {
        self.hearts = hearts
        self.patientHearts = patientHearts
        self.limit = limit
    }

    /// Makes the watchdog of a service manager that expects a sign of life at least every `interval` times two.
    ///
    /// A hanging thread is reported in three quarters of that time, and a check comes four times in the rest: so the process
    /// ends within the time that the manager allows.
    package init(hearts: [Heartbeat], patientHearts: [Heartbeat] = [], halfTime: Duration?) {
        self.init(
            hearts: hearts, patientHearts: patientHearts,
            limit: halfTime.map { $0 * 3 / 2 } ?? .seconds(60))
    }

    /// The longest time between two checks.
    package var interval: Duration { limit / 12 }

    /// The threads without progress for too long.
    package var late: [String] {
        (hearts.filter { $0.isLate(after: limit) }
            + patientHearts.filter { $0.isLate(after: limit * Self.patience) }).map(\.name)
    }
}
