import SystemPackage

/// Remembers names by fingerprints of 64 bits, so that very many cost little, and forgets those that have gone.
///
/// A round is one look at the whole inbox. At its end every name that it did not meet is forgotten. There is a bound on
/// the marks; names beyond it are counted but not told apart.
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

    /// How many names are marked; those beyond the bound are counted once a round.
    var count: Int { marks.count + max(beyond, beyondBefore) }

    /// Marks the name.
    ///
    /// - Parameter version: what would make it another thing under the same name.
    /// - Returns: whether it was not known, or was known as another version; of those beyond the bound, whether there were
    ///   fewer in the round before.
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

    /// Says that the name is still there.
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

    /// Forgets what the round did not meet.
    mutating func endRound() {
        guard !marks.isEmpty else { return }
        marks = marks.filter { $0.value.round == round }
    }

    // Seeded anew in each process, so that nobody can make two names look alike.
    private static func fingerprint(of path: FilePath) -> UInt64 {
        UInt64(bitPattern: Int64(path.hashValue))
    }
}
