package import Platform
import SystemPackage

/// What is known of one file that stays in the inbox: how it looked when it was taken, and how that ended.
///
/// On disk it is a slot of 64 bytes, little-endian:
///
///     offset  bytes
///          0     16  the first half of the SHA-256 of the path below the inbox
///         16      8  size
///         24      8  time of the last write, in nanoseconds since 1970
///         32      8  time of the last change of status, likewise
///         40     16  the first half of the SHA-256 of the contents; zero when they were not read to the end; of a forgotten
///                    file its inode and when it was made (8 bytes each), zero where that could not be seen
///         56      4  1 for indexed, 2 for failed, 3 for forgotten, 4 for indexed apart from forgotten lines, 5 for
///                    lines forgotten in an earlier index and nothing in this one; 0 for a free slot
///         60      4  the low half of the XXH64 of the bytes before
package struct LeftEntry: Sendable, Equatable {
    /// How the version that is described ended.
    package enum Outcome: UInt32, Sendable {
        case indexed = 1
        case failed = 2
        /// It was forgotten where it lies.
        case forgotten = 3
        /// It is indexed, but single lines of it were forgotten.
        case partlyForgotten = 4
        /// The index is new and has nothing of it; of an earlier one single lines were forgotten.
        case partlyForgottenBefore = 5

        /// Whether somebody wants it, or a part of it, to be found no more as long as it stays the same.
        package var isForgotten: Bool { self == .forgotten || self == .partlyForgotten }

        /// What is left of it with a new index; nil when that is nothing.
        var withNewIndex: Outcome? {
            switch self {
            case .indexed, .failed: nil
            case .forgotten: .forgotten
            case .partlyForgotten, .partlyForgottenBefore: .partlyForgottenBefore
            }
        }
    }

    package let size: Int64
    package let modified: Int64
    package let changed: Int64
    /// The first half of the SHA-256 of the contents; zero when they were not read to the end.
    let digest: [UInt8]
    package let outcome: Outcome

    static let byteCount = 64
    static let half = 16

    private init(size: Int64, modified: Int64, changed: Int64, digest: [UInt8], outcome: Outcome) {
        self.size = size
        self.modified = modified
        self.changed = changed
        self.digest = digest
        self.outcome = outcome
    }

    package init(_ status: FileStatus, _ digest: SHA256Digest?, _ outcome: Outcome) {
        self.init(
            size: Int64(status.size), modified: status.modified, changed: status.changed,
            digest: digest.map { Array($0.bytes.prefix(Self.half)) } ?? Array(repeating: 0, count: Self.half),
            outcome: outcome)
    }

    /// Whether the file is still as it was.
    ///
    /// What was forgotten stays so when only its mode or its owner changes, because nobody has dropped it again.
    /// Who takes it away and drops it again drops another file, be it with the old time, as `cp -p` and `drop` keep it.
    ///
    /// - Parameters:
    ///   - status: the file that is there now.
    ///   - birth: when it was made; nil where that is not known.
    /// - Returns: whether it is the one that is described.
    package func isOf(_ status: FileStatus, birth: @autoclosure () -> Int64? = nil) -> Bool {
        guard isOfSameWrite(as: status) else { return false }
        switch outcome {
        case .indexed, .failed: return changed == status.changed
        case .partlyForgotten, .partlyForgottenBefore: return true
        case .forgotten:
            let known = digest.rawSpan
            guard let inode = known.littleEndian(UInt64.self, at: 0), let made = known.littleEndian(Int64.self, at: 8),
                inode != 0
            else { return true }
            guard inode == status.inode, made != 0, let birth = birth() else { return inode == status.inode }
            return made == birth
        }
    }

    /// Whether nobody has written to the file since, as far as its size and the time of its last write tell.
    func isOfSameWrite(as status: FileStatus) -> Bool { size == status.size && modified == status.modified }

    /// Whether contents are those that were taken.
    package func isOf(_ contents: SHA256Digest) -> Bool { digest[...] == contents.bytes.prefix(Self.half) }

    /// What stands for a file that was forgotten where it lies.
    package static func forgotten(_ status: FileStatus, birth: Int64?) -> LeftEntry {
        var identity: [UInt8] = []
        identity.append(littleEndian: status.inode)
        identity.append(littleEndian: birth ?? 0)
        return LeftEntry(
            size: Int64(status.size), modified: status.modified, changed: status.changed, digest: identity,
            outcome: .forgotten)
    }

    /// The same version with another end.
    func ended(_ outcome: Outcome) -> LeftEntry {
        let digest = outcome == .forgotten ? [UInt8](repeating: 0, count: Self.half) : digest
        return LeftEntry(size: size, modified: modified, changed: changed, digest: digest, outcome: outcome)
    }

    /// What stands for a path.
    static func key(of path: FilePath) -> [UInt8] { Array(SHA256Digest(of: path.bytes).bytes.prefix(half)) }

    /// The slot.
    func slot(_ key: [UInt8]) -> [UInt8] {
        var bytes = key
        for number in [size, modified, changed] { bytes.append(littleEndian: number) }
        bytes += digest
        bytes.append(littleEndian: outcome.rawValue)
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: XXH64.digest(of: bytes.rawSpan)))
        return bytes
    }

    /// Parses a slot; nil for a free or damaged one.
    init?(slot: [UInt8]) {
        let span = slot.rawSpan
        guard slot.count == Self.byteCount, let size = span.littleEndian(Int64.self, at: 16),
            let modified = span.littleEndian(Int64.self, at: 24), let changed = span.littleEndian(Int64.self, at: 32),
            let outcome = span.littleEndian(UInt32.self, at: 56).flatMap(Outcome.init),
            let sum = span.littleEndian(UInt32.self, at: 60),
            sum == UInt32(truncatingIfNeeded: XXH64.digest(of: Array(slot[..<60]).rawSpan))
        else { return nil }
        self.size = size
        self.modified = modified
        self.changed = changed
        digest = Array(slot[40..<56])
        self.outcome = outcome
    }
}
