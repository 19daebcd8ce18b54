import Platform
import SystemPackage

/// Files that may not be taken and folders that may not be read: how many, the first of them by name, and which of them
/// nobody has been told of yet.
///
/// They are tried again at each look at the inbox, so there may be very many of them for very long: each costs some bytes
/// here and no place in the table.
struct BlockedNames: Sendable {
    /// Names that the status page lists.
    private static let listed = 100
    /// Lines in the log for each look at the inbox; the rest is a number.
    private static let lines = 20

    private var marks: NameMarks
    // The listed ones: in order, and whether this look at the inbox met them. Marks may be too few to tell.
    private var names: [FilePath] = []
    private var isMet: [FilePath: Bool] = [:]
    private var said = 0
    private var unsaid = 0
    /// The first of them by name, with the reason.
    private(set) var listing: [String: String] = [:]

    /// - Parameter capacity: how many are told apart.
    init(capacity: Int) {
        marks = NameMarks(capacity: capacity)
    }

    /// How many there are.
    var count: Int { marks.count }

    /// Takes one in; says what is to be told of it.
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

    /// It may have been changed so that it can be taken, or it has gone.
    mutating func remove(_ path: FilePath) {
        marks.remove(path)
        guard isMet.removeValue(forKey: path) != nil else { return }
        listing[Self.title(path)] = nil
        names.removeAll { $0 == path }
    }

    /// A look at the inbox came by it, so it is still there.
    mutating func meet(_ path: FilePath) {
        marks.meet(path)
        if isMet[path] != nil { isMet[path] = true }
    }

    /// A look at the whole inbox begins: the log has room again.
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

    /// Says how many there are of which no line told.
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
