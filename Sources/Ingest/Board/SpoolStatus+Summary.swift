import Spool

/// The page in one line.
extension SpoolStatus {
    /// One line for people and for `systemctl status`.
    package var summary: String {
        var parts = [title]
        parts.append("\(inbox.queued + inbox.settling) queued")
        if inWork > 0 { parts.append("\(inWork) in work") }
        if failed > 0 { parts.append("\(failed) failed since the start") }
        parts.append("gen \(generation)")
        parts.append("\(rows) rows")
        if tokensPerSecond >= 1 { parts.append("\(Int(tokensPerSecond)) tokens/s") }
        if let low = disk?.low, !low.isEmpty { parts.append("low disk: \(low.joined(separator: ", "))") }
        parts.append(inbox.mode)
        return parts.joined(separator: " · ")
    }

    /// What the daemon does: a pause by a person and one by the system have different words.
    private var title: String {
        switch state {
        case .starting: "Starting"
        case .ready: "Ready"
        case .held: pausedBy.map { Self.capitalized($0.summary) } ?? "Paused"
        case .paused: "Waiting for the system since \(pausedSince ?? "?") (\(pausedReason ?? "?"))"
        case .stopping: "Stopping"
        case .stopped: "Stopped"
        }
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
