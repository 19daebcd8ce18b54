import CPlatform

/// SIGHUP in the first moments of the process, before anybody listens for it.
package enum HangupSignal {
    /// Takes note of the signal, whose default action would end the process; to be called first thing.
    package static func note() { vectorspool_hangup_note() }

    /// Whether it has come since; whoever begins to listen asks once.
    package static func hasCome() -> Bool { vectorspool_hangup_taken() == 1 }
}
