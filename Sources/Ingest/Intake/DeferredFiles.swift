package import Spool
import Synchronization
package import SystemPackage

/// The files that could not be read for a reason that may pass, such as a bad sector or a server that is away, until each is
/// tried again.
///
/// They stay in `work/`, where a restart finds them and tries them at once. After one minute, 5 and 30 minutes, 2 and 6 hours
/// the fault is held to be the file's. The others go on meanwhile.
package final class DeferredFiles: Sendable {
    /// A file that waits.
    package struct Entry: Sendable {
        package let file: ClaimedFile
        /// How often it has been tried.
        package let tries: Int
        /// Why it could not be read the last time.
        package let reason: String
        /// When it is tried again.
        package let due: ContinuousClock.Instant
    }

    /// The waits before the second try, the third, and so on.
    package static let delays: [Duration] = [
        .seconds(60), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3600), .seconds(6 * 3600),
    ]
    /// Many more are no accident of one file.
    private static let capacity = 1024

    private let delays: [Duration]
    private let entries = Mutex<[Entry]>([])

    package init(delays: [Duration] = delays) { self.delays = delays }

    /// Files that wait.
    package var count: Int { entries.withLock(\.count) }

    /// The first of them by the time of the next try.
    package func first(_ count: Int) -> [Entry] {
        entries.withLock { Array($0.sorted { $0.due < $1.due }.prefix(count)) }
    }

    /// The number of tries that a file has in all.
    package var most: Int { delays.count + 1 }

    /// What becomes of a file that cannot be read.
    package enum Outcome: Sendable, Equatable {
        /// It waits for its next try.
        case waits
        /// It has been tried often enough.
        case isOver
        /// A newer version has been claimed: it is to be put away.
        case isOlder
    }

    /// Lets a file wait.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - tries: how often it has been tried.
    ///   - reason: why it could not be read.
    ///   - now: the present.
    ///   - isNewest: whether no newer version has entered the pipeline; it is asked between two calls of `supersede`.
    /// - Returns: what becomes of it.
    package func add(
        _ file: ClaimedFile, tries: Int, reason: String, now: ContinuousClock.Instant = .now,
        isNewest: () -> Bool = { true }
    ) -> Outcome {
        guard tries >= 1, tries <= delays.count else { return .isOver }
        return entries.withLock { entries in
            guard isNewest() else { return .isOlder }
            guard entries.count < Self.capacity else { return .isOver }
            entries.append(Entry(file: file, tries: tries, reason: reason, due: now + delays[tries - 1]))
            return .waits
        }
    }

    /// A newer version of the path has been claimed and has entered the pipeline.
    ///
    /// - Returns: those of the path, which wait no more; they are to be put away.
    package func supersede(_ path: FilePath) -> [ClaimedFile] {
        entries.withLock { entries in
            guard !entries.isEmpty else { return [] }
            let older = entries.filter { $0.file.relativePath == path }.map(\.file)
            if !older.isEmpty { entries.removeAll { $0.file.relativePath == path } }
            return older
        }
    }

    /// Hands over those whose time has come.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - take: takes a file up unless another version is in flight, and returns whether it has; between two calls of
    ///     `supersede`, so that no newer version comes in between.
    package func takeDue(now: ContinuousClock.Instant = .now, _ take: (Entry) -> Bool) {
        entries.withLock { entries in
            guard !entries.isEmpty else { return }
            entries.removeAll { $0.due <= now && take($0) }
        }
    }
}
