import CPlatform

/// Remembers a SIGHUP that arrives before the daemon listens for it.
package enum HangupSignal {
    /// Begins to record the signal, whose default action would end the process; call it first.
    package static func note() { vectorspool_hangup_note() }

    /// Whether the signal has arrived; a new listener asks once.
    package static func hasCome() -> Bool { vectorspool_hangup_taken() == 1 }
}
