package import Platform
import SystemPackage

/// A name in the inbox that is not taken for now, and why: an entry of the status page.
package struct InboxName: Sendable, Equatable {
    /// What keeps it there.
    package enum State: String, Sendable, Equatable, CaseIterable {
        /// A pattern excludes it.
        case ignored
        /// The daemon may not read or move it.
        case blocked
        /// It holds nothing yet, and somebody may be about to fill it.
        case empty
        /// A program has it open for writing, or writes it again and again.
        case beingWritten = "being_written"
        /// It is a link, a pipe, a socket or a device, and stays where it is.
        case left
        /// It may be read and not moved, so it is indexed where it lies.
        case leftInPlace = "left_in_place"
    }

    /// The path below the inbox, `.` for the inbox itself, as `displayName` shows it.
    package let path: String
    package let state: State
    /// Why, and what to do, in words for the person who dropped it.
    package let reason: String
    /// The pattern that excludes it, for `ignored`.
    package var pattern: String?
    /// The list that the pattern is from: `spool.ignore`, `built in` or `own`.
    package var list: String?
    /// The program whose name it is.
    package var program: String?
    /// When it was first found so, since the daemon's start.
    package let since: RealTime

    init(_ path: FilePath, _ state: State, _ reason: String, since: RealTime) {
        self.path = path.isEmpty ? "." : path.displayName
        self.state = state
        self.reason = reason
        self.since = since
    }

    init(_ path: FilePath, _ rule: IgnoreRule, since: RealTime) {
        self.init(path, .ignored, rule.reason, since: since)
        pattern = rule.pattern
        list = rule.list
        program = rule.program
    }
}

extension InboxName {
    /// What to say about a name that is neither a file nor a folder.
    package static func reasonToLeave(_ kind: FileStatus.Kind) -> String {
        let remedy = "remove it, or put a file there instead"
        switch kind {
        case .symbolicLink:
            return
                "left alone: a link, which is not followed and could break if it were moved; to index the file or "
                + "folder that it leads to, remove the link and copy that itself into the inbox (cp -r)"
        case .fifo: return "left alone: a named pipe, which has no contents to index; \(remedy)"
        case .socket: return "left alone: a socket of a program, which has no contents to index; \(remedy)"
        case .device: return "left alone: a device, which is not read; \(remedy)"
        default: return "left alone: neither a file nor a folder; \(remedy)"
        }
    }
}

/// The first hundred of many names in the order of their bytes, which the status page lists.
///
/// A round is one scan of the whole inbox. At its end every name that it did not meet is removed.
struct NameListing: Sendable {
    /// The number of names that the status page lists of each kind.
    private static let limit = 100

    /// The entries in the order of the names.
    private(set) var names: [InboxName] = []
    private var keys: [(path: FilePath, bytes: [UInt8])] = []
    private var isMet: [FilePath: Bool] = [:]

    /// Lists a name, unless there are a hundred before it; keeps the time of one that is listed already.
    mutating func insert(_ path: FilePath, since: RealTime, _ entry: (RealTime) -> InboxName) {
        guard isMet[path] == nil else {
            isMet[path] = true
            if let place = keys.firstIndex(where: { $0.path == path }) {
                let renewed = entry(names[place].since)
                if renewed != names[place] { names[place] = renewed }
            }
            return
        }
        let bytes = path.bytes
        if names.count == Self.limit {
            guard let last = keys.last, bytes.lexicographicallyPrecedes(last.bytes) else { return }
            isMet[last.path] = nil
            keys.removeLast()
            names.removeLast()
        }
        let place = keys.firstIndex { bytes.lexicographicallyPrecedes($0.bytes) } ?? keys.endIndex
        keys.insert((path, bytes), at: place)
        names.insert(entry(since), at: place)
        isMet[path] = true
    }

    /// Records that the name still exists, if it is listed.
    mutating func contains(_ path: FilePath) -> Bool {
        meet(path)
        return isMet[path] != nil
    }

    mutating func remove(_ path: FilePath) {
        guard isMet.removeValue(forKey: path) != nil else { return }
        guard let place = keys.firstIndex(where: { $0.path == path }) else { return }
        keys.remove(at: place)
        names.remove(at: place)
    }

    /// Records that the name still exists.
    mutating func meet(_ path: FilePath) {
        if isMet[path] != nil { isMet[path] = true }
    }

    mutating func beginRound() { isMet = isMet.mapValues { _ in false } }

    mutating func endRound() {
        for (path, _) in keys where isMet[path] == false { remove(path) }
    }
}
