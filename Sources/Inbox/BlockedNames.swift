import Platform
import SystemPackage

/// The files and folders that cannot be taken: their number, the first ones by name, and those not reported yet.
///
/// They are retried at each scan of the inbox, so there may be very many of them for a long time. Each takes some bytes
/// here and no entry in the table.
struct BlockedNames: Sendable {
    /// The number of names that the status page lists.
    private static let listed = 100
    /// The number of log lines for each scan of the inbox; the rest is summed up in one number.
    private static let lines = 20

    private var marks: NameMarks
    // The listed names in order, and whether this scan met them; the marks may be too few to tell.
    private var names: [FilePath] = []
    private var isMet: [FilePath: Bool] = [:]
    private var said = 0
    private var unsaid = 0
    /// The first names in order, each with the reason.
    private(set) var listing: [String: String] = [:]

    /// Distinguishes at most `capacity` names.
    init(capacity: Int) {
        marks = NameMarks(capacity: capacity)
    }

    /// The number of blocked names.
    var count: Int { marks.count }

    /// Adds a name and returns what to report about it.
    mutating func insert(_ path: FilePath, version: UInt64, reason: String) -> [InboxStateMachine.Action] {
        let isNew = marks.insert(path, version: version)
        list(path, reason)
        guard isNew else { return [] }
        guard said < Self.lines else {
            unsaid += 1
            return []
        }
        said += 1
        return [.complain(.blocked(path, reason))]
    }

    /// Removes a name, which may have become acceptable or may be gone.
    mutating func remove(_ path: FilePath) {
        marks.remove(path)
        guard isMet.removeValue(forKey: path) != nil else { return }
        listing[Self.title(path)] = nil
        names.removeAll { $0 == path }
    }

    /// Records that a scan met the name, so it still exists.
    mutating func meet(_ path: FilePath) {
        marks.meet(path)
        if isMet[path] != nil { isMet[path] = true }
    }

    /// Begins a scan of the whole inbox, which may log again.
    mutating func beginRound() -> [InboxStateMachine.Action] {
        marks.beginRound()
        isMet = isMet.mapValues { _ in false }
        said = 0
        return sayRest()
    }

    mutating func endRound() {
        marks.endRound()
        for path in names where isMet[path] == false { remove(path) }
    }

    /// Reports the number of names that no log line mentioned.
    mutating func sayRest() -> [InboxStateMachine.Action] {
        guard unsaid > 0 else { return [] }
        defer { unsaid = 0 }
        return [.complain(.moreBlocked(unsaid))]
    }

    private mutating func list(_ path: FilePath, _ reason: String) {
        if isMet[path] == nil {
            let bytes = path.bytes
            if names.count == Self.listed {
                guard let last = names.last, bytes.lexicographicallyPrecedes(last.bytes) else { return }
                names.removeLast()
                isMet[last] = nil
                listing[Self.title(last)] = nil
            }
            let place = names.firstIndex { bytes.lexicographicallyPrecedes($0.bytes) } ?? names.endIndex
            names.insert(path, at: place)
        }
        isMet[path] = true
        listing[Self.title(path)] = reason
    }

    private static func title(_ path: FilePath) -> String { path.isEmpty ? "." : path.displayName }
}
