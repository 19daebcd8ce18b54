package import Platform
import Spool
import Synchronization

/// Tells whether somebody's wish to forget lies in the spool that the daemon has not read yet.
///
/// Until it is read nobody knows which files it means, so nothing is claimed meanwhile, and then nothing that the order names
/// (`ForgetDesk`). So every claim that there is when the order is carried out is of a version that was dropped before the wish,
/// and every later version lies in the inbox still, where its time tells.
package final class UnreadWishes: Sendable {
    private struct State {
        /// Nil while nobody reads wishes, so that nothing waits for that.
        var read: Set<String>?
        var glance = RequestGlance()
        var mayLie = true
        /// When it first could not be known.
        var unknownSince: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Whoever has left an older wish waits no more: carried out, it would hit what was dropped since.
    package static let longestAge = Duration.seconds(60)

    package init() {}

    /// Whether a wish of this time is not carried out any more.
    package static func isTooOld(_ made: Int64) -> Bool {
        RealTime.now.nanoseconds - made >= longestAge.components.seconds * 1_000_000_000
    }

    /// From now on somebody reads wishes.
    package func attend() { state.withLock { $0.read = $0.read ?? [] } }

    /// Wishes have been read: each is refused or answered, or its order waits at the desk.
    ///
    /// - Parameters:
    ///   - identifiers: their requests.
    ///   - isAll: whether these are all that lie there, so that others are gone.
    package func read(_ identifiers: Set<String>, isAll: Bool) {
        state.withLock { state in
            state.read = isAll ? identifiers : identifiers.union(state.read ?? [])
            state.glance.lookAgain()
        }
    }

    /// Whether there may be one; blocks.
    ///
    /// Where the folder cannot be read, there may be one for as long as it would be carried out.
    ///
    /// - Parameter requests: the folder of requests.
    /// - Returns: whether nothing is to be claimed now.
    package func mayLie(in requests: OpenDirectory) -> Bool {
        state.withLock { state in
            guard let read = state.read else { return false }
            var fault: PlatformError?
            do throws(PlatformError) {
                guard try state.glance.isNews([requests]) || state.mayLie else { return false }
                state.mayLie = try SpoolRequest.pending(in: requests, &fault).contains {
                    $0.kind == .forget && !Self.isTooOld($0.made) && !read.contains($0.id)
                }
            } catch {
                fault = error
            }
            guard fault != nil else {
                state.unknownSince = nil
                return state.mayLie
            }
            // One that cannot be read may be a wish, which is too old by and by.
            state.glance.lookAgain()
            let since = state.unknownSince ?? .now
            state.unknownSince = since
            return state.mayLie || since.duration(to: .now) < Self.longestAge
        }
    }
}
