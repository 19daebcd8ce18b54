package import Encoding
import Synchronization

/// The files between claim and end: how many, and of which paths.
///
/// A document counts as known only while no other version of its file is in flight, because that one will be committed first.
package final class FilesInFlight: Sendable {
    /// The versions of one file, and the number of the oldest of them.
    ///
    /// The number stays while any version is in flight, because nobody notes which of them has left.
    private struct Versions {
        var brief = 0
        var bulk = 0
        /// The lane of the newest one, in which later ones follow.
        var lane: Lane
        /// When the newest one was claimed, in nanoseconds since 1970.
        var newest: Int64 = 0
        let number: Int

        var count: Int { brief + bulk }

        mutating func change(_ lane: Lane, by change: Int) {
            if lane == .brief { brief += change } else { bulk += change }
        }
    }

    private struct State {
        var paths: [[UInt8]: Versions] = [:]
        var brief = 0
        var bulk = 0
        /// The number of the next file.
        var next = 0
        /// Whether a file may have been claimed that has not entered; true until the files of an earlier run have.
        var isClaiming = true
        var isHeld = false
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false

        var count: Int { brief + bulk }

        mutating func change(_ path: [UInt8], _ lane: Lane, by change: Int) {
            paths[path]?.change(lane, by: change)
            if paths[path]?.count == 0 { paths[path] = nil }
        }

        mutating func count(_ lane: Lane, by change: Int) {
            if lane == .brief { brief += change } else { bulk += change }
        }

        mutating func enter(_ path: [UInt8], _ lane: Lane, _ claimed: Int64) {
            var versions = paths[path] ?? Versions(lane: lane, number: next)
            versions.change(lane, by: 1)
            versions.lane = lane
            versions.newest = max(versions.newest, claimed)
            paths[path] = versions
            next += 1
            count(lane, by: 1)
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Files that were claimed and have not come to their end.
    package var count: Int { state.withLock { $0.count } }

    /// Those of them that are in a lane.
    package func count(_ lane: Lane) -> Int { state.withLock { lane == .brief ? $0.brief : $0.bulk } }

    /// The lane in which the newest version of a path is in flight; a later one must not overtake it.
    package func lane(of path: [UInt8]) -> Lane? { state.withLock { $0.paths[path]?.lane } }

    /// The paths of the files in flight.
    var paths: Set<[UInt8]> { state.withLock { Set($0.paths.keys) } }

    /// Whether somebody waits until no file is in flight: nothing more comes before that.
    package var isAwaited: Bool { state.withLock { $0.waiter != nil || $0.isHeld } }

    /// Says that nothing more comes for now, or that it does again.
    package func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    /// A claim begins; it is over when the file enters, or with `endClaim`.
    package func beginClaim() { state.withLock { $0.isClaiming = true } }

    /// No file is claimed that has not entered.
    package func endClaim() { state.withLock { $0.isClaiming = false } }

    /// Where the files in flight stand, for one who waits for those of a moment.
    ///
    /// `next` is the number of the next file, nil while a file may be claimed that has not entered; `oldest` is the
    /// number of the oldest one in flight.
    package var marks: (next: Int?, oldest: Int?) {
        state.withLock { state in
            (state.isClaiming ? nil : state.next, state.paths.values.lazy.map(\.number).min())
        }
    }

    /// A file of this path enters the pipeline in a lane, or in the bulk lane behind an earlier version there.
    ///
    /// - Parameters:
    ///   - path: the path.
    ///   - lane: the lane that its size is for.
    ///   - claimed: when it was claimed, in nanoseconds since 1970.
    /// - Returns: the lane that it is in.
    @discardableResult
    package func enter(_ path: [UInt8], _ lane: Lane = .brief, claimed: Int64 = 0) -> Lane {
        state.withLock { state in
            let lane = state.paths[path]?.lane == .bulk ? .bulk : lane
            state.enter(path, lane, claimed)
            state.isClaiming = false
            return lane
        }
    }

    /// A file of this path that was put off enters the bulk lane again, unless a version of the path is in flight.
    ///
    /// - Parameters:
    ///   - path: the path.
    ///   - claimed: when it was claimed, in nanoseconds since 1970.
    /// - Returns: whether it has entered.
    package func enterIfFree(_ path: [UInt8], claimed: Int64) -> Bool {
        state.withLock { state in
            guard state.paths[path] == nil else { return false }
            state.enter(path, .bulk, claimed)
            return true
        }
    }

    /// Whether no version of this path is in flight that was claimed later.
    package func isNewest(_ path: [UInt8], claimed: Int64) -> Bool {
        state.withLock { ($0.paths[path]?.newest ?? 0) <= claimed }
    }

    /// A file that is in flight turns out to belong into the bulk lane.
    package func moveToBulk(_ path: [UInt8]) {
        state.withLock { state in
            state.paths[path]?.change(.bulk, by: 1)
            state.paths[path]?.change(.brief, by: -1)
            state.paths[path]?.lane = .bulk
            state.count(.brief, by: -1)
            state.count(.bulk, by: 1)
        }
    }

    /// A file of this path has been committed, failed or given back.
    package func leave(_ path: [UInt8], _ lane: Lane = .brief) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.change(path, lane, by: -1)
            state.count(lane, by: -1)
            return state.count == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    // MARK: - Files that continue another

    /// A file of another name counts as a version of this path too.
    ///
    /// - Returns: whether it may go on in the brief lane, because no version of the path is in the bulk lane.
    ///   Otherwise it counts as one in the bulk lane.
    package func join(_ path: [UInt8], _ lane: Lane) -> Bool {
        state.withLock { state in
            let isFree = lane == .brief && (state.paths[path]?.bulk ?? 0) == 0
            let taken: Lane = isFree ? .brief : .bulk
            state.paths[path, default: Versions(lane: taken, number: state.next)].change(taken, by: 1)
            state.paths[path]?.lane = taken
            return isFree
        }
    }

    /// Whether a version of this path is in flight in the brief lane.
    package func isBrief(_ path: [UInt8]) -> Bool { state.withLock { ($0.paths[path]?.brief ?? 0) > 0 } }

    /// The opposite of `join`.
    package func leaveJoined(_ path: [UInt8], _ lane: Lane) { state.withLock { $0.change(path, lane, by: -1) } }

    /// Whether no other file of this path is in flight than the one that asks.
    package func isAlone(_ path: [UInt8]) -> Bool { state.withLock { ($0.paths[path]?.count ?? 0) <= 1 } }

    /// Waits until no file is in flight; one caller at a time.
    package func waitUntilNone() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if state.count == 0 || state.isClosed { return true }
                state.waiter = continuation
                return false
            }
            if isNone { continuation.resume() }
        }
    }

    /// Lets everybody through, on the way out.
    package func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
