import Platform
import SystemPackage

/// The names that people are told of: their number, the first ones by name, and those not reported yet.
///
/// They are met at each scan of the inbox, so there may be very many of them for a long time. Each takes some bytes here
/// and no entry in the table.
struct ToldNames: Sendable {
    /// The number of log lines for each scan of the inbox; the rest is summed up in one number.
    private static let lines = 20
    /// The number of reasons that are remembered, because many files of one folder may have one reason.
    private static let reasons = 256

    private let state: InboxName.State
    private var marks: NameMarks
    private var listing = NameListing()
    private var said = 0
    private var unsaid = 0
    private var saidReasons: Set<String> = []

    /// Distinguishes at most `capacity` names.
    init(_ state: InboxName.State, capacity: Int) {
        self.state = state
        marks = NameMarks(capacity: capacity)
    }

    /// The number of names.
    var count: Int { marks.count }

    /// The first names in order.
    var names: [InboxName] { listing.names }

    /// Adds a name and returns what to report about it: every version of a name once, and a folder that blocks
    /// many once.
    mutating func insert(
        _ path: FilePath, version: UInt64, reason: String, at time: RealTime
    ) -> [InboxStateMachine.Action] {
        let isNew = marks.insert(path, version: version)
        listing.insert(path, since: time) { InboxName(path, state, reason, since: $0) }
        guard isNew else { return [] }
        // Many files may be blocked by one folder.
        guard said < Self.lines, state == .left || !saidReasons.contains(reason) else {
            // The reason of a folder was given once, and tells of all that lies in it.
            if state != .leftInPlace || !saidReasons.contains(reason) { unsaid += 1 }
            return []
        }
        if saidReasons.count >= Self.reasons { saidReasons = [] }
        saidReasons.insert(reason)
        said += 1
        return [.complain(.one(state, path, reason))]
    }

    /// Adds a name that was reported before; a reason that is listed stays.
    mutating func insertSilently(_ path: FilePath, reason: String, at time: RealTime) {
        _ = marks.insert(path, version: 0)
        guard !listing.contains(path) else { return }
        listing.insert(path, since: time) { InboxName(path, state, reason, since: $0) }
    }

    /// Removes a name, which may have become acceptable or may be gone.
    mutating func remove(_ path: FilePath) {
        marks.remove(path)
        listing.remove(path)
    }

    /// Records that a scan met the name, so it still exists.
    mutating func meet(_ path: FilePath) {
        marks.meet(path)
        listing.meet(path)
    }

    /// Begins a scan of the whole inbox, which may log again.
    mutating func beginRound() -> [InboxStateMachine.Action] {
        marks.beginRound()
        listing.beginRound()
        said = 0
        return sayRest()
    }

    mutating func endRound() {
        marks.endRound()
        listing.endRound()
    }

    /// Reports the number of names that no log line mentioned.
    mutating func sayRest() -> [InboxStateMachine.Action] {
        guard unsaid > 0 else { return [] }
        defer { unsaid = 0 }
        return [.complain(.more(state, unsaid))]
    }
}
