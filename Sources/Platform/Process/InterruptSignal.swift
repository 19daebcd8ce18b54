import CPlatform

/// Remembers that somebody wants a command to end, so that it can clean up first.
package enum InterruptSignal {
    /// Begins to record SIGINT and SIGTERM; the second one ends the process as usual.
    package static func note() { vectorspool_interrupt_note() }

    /// Whether one of them has arrived.
    package static var hasCome: Bool { vectorspool_interrupt_come() == 1 }
}
