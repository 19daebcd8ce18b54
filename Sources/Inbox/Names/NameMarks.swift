import SystemPackage

/// Remembers names by 64-bit fingerprints, so very many cost little, and forgets those that are gone.
///
/// A round is one scan of the whole inbox. At its end every name that it did not meet is forgotten. The number of marks
/// is limited; more names are counted but not distinguished.
struct NameMarks: Sendable {
    private struct Mark: Sendable {
        var version: UInt64
        var round: UInt64
    }

    private let capacity: Int
    private var marks: [UInt64: Mark] = [:]
    private var round: UInt64 = 0
    private var beyond = 0
    private var beyondBefore = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The number of marked names; those beyond the limit are counted once per round.
    var count: Int { marks.count + max(beyond, beyondBefore) }

    /// Marks a name and returns whether it is news.
    ///
    /// It is news when the name was unknown or had another `version`, which distinguishes different things under one
    /// name. Beyond the limit it is news when there were fewer names in the previous round.
    mutating func insert(_ path: FilePath, version: UInt64 = 0) -> Bool {
        let key = Self.fingerprint(of: path)
        let known = marks[key]
        guard known != nil || marks.count < capacity else {
            beyond += 1
            return beyond > beyondBefore
        }
        marks[key] = Mark(version: version, round: round)
        return known?.version != version
    }

    /// Records that the name still exists.
    mutating func meet(_ path: FilePath) {
        guard !marks.isEmpty else { return }
        let key = Self.fingerprint(of: path)
        if marks[key] != nil { marks[key]?.round = round }
    }

    /// Forgets the name.
    mutating func remove(_ path: FilePath) {
        guard !marks.isEmpty else { return }
        marks[Self.fingerprint(of: path)] = nil
    }

    mutating func beginRound() {
        round += 1
        beyondBefore = beyond
        beyond = 0
    }

    /// Forgets the names that the round did not meet.
    mutating func endRound() {
        guard !marks.isEmpty else { return }
        marks = marks.filter { $0.value.round == round }
    }

    // Seeded anew in each process, so names with equal fingerprints cannot be constructed.
    private static func fingerprint(of path: FilePath) -> UInt64 {
        UInt64(bitPattern: Int64(path.hashValue))
    }
}
