import DequeModule
package import Identity
package import Spool
import Synchronization
package import SystemPackage

/// The claimed files that wait for the bulk lane, oldest first.
///
/// It is bounded because each takes memory. A large file that finds no room stays in the inbox, so that the small ones behind
/// it need not wait for that.
package final class BulkQueue: Sendable {
    /// A file for the bulk lane.
    package struct Entry: Sendable {
        package let file: ClaimedFile
        /// How often it is being tried, this time included.
        package var attempt = 1
        /// The path of another file that it counts as a version of: `FilesInFlight.join`.
        package var joined: FilePath?
        /// Why it is not to be opened.
        package var fault: DocumentFault?
        /// How often it could not be read before.
        package var tries = 0

        package init(_ file: ClaimedFile, attempt: Int = 1, joined: FilePath? = nil, fault: DocumentFault? = nil) {
            self.file = file
            self.attempt = attempt
            self.joined = joined
            self.fault = fault
        }

        package init(_ deferred: DeferredFiles.Entry) {
            file = deferred.file
            tries = deferred.tries
        }
    }

    private struct State {
        var entries: Deque<Entry> = []
        var isFinished = false
        var taker: CheckedContinuation<Void, Never>?
    }

    private let capacity: Int
    private let state = Mutex(State())

    package init(capacity: Int = 4096) { self.capacity = capacity }

    /// Whether one more has room.
    package var hasRoom: Bool { state.withLock { $0.entries.count < capacity } }

    /// Adds a file whatever room there is: it is claimed, so it is in memory already.
    package func add(_ entry: Entry) { wake { $0.entries.append(entry) } }

    /// Says that nothing more comes.
    package func finish() { wake { $0.isFinished = true } }

    /// The oldest file; waits for one, and gives nil when nothing more comes.
    ///
    /// One caller at a time.
    package func next() async -> Entry? {
        while true {
            let (entry, isOver) = state.withLock { ($0.entries.popFirst(), $0.isFinished) }
            if entry != nil || isOver { return entry }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.entries.isEmpty, !state.isFinished {
                        state.taker = continuation
                        return false
                    }
                    return true
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let taker = state.withLock { state in
            change(&state)
            return state.taker.take()
        }
        taker?.resume()
    }
}
