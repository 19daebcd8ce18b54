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

    /// Lets a file wait.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - tries: how often it has been tried.
    ///   - reason: why it could not be read.
    ///   - now: the present.
    /// - Returns: false when it has been tried often enough.
    package func add(_ file: ClaimedFile, tries: Int, reason: String, now: ContinuousClock.Instant = .now) -> Bool {
        guard tries >= 1, tries <= delays.count else { return false }
        return entries.withLock { entries in
            guard entries.count < Self.capacity else { return false }
            entries.append(Entry(file: file, tries: tries, reason: reason, due: now + delays[tries - 1]))
            return true
        }
    }

    /// A newer version of the path has been claimed.
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

    /// Takes out those whose time has come, and of which `isFree` says that no other version is in flight.
    package func due(now: ContinuousClock.Instant = .now, isFree: (FilePath) -> Bool) -> [Entry] {
        entries.withLock { entries in
            guard !entries.isEmpty else { return [] }
            var due: [Entry] = []
            entries.removeAll { entry in
                guard entry.due <= now, isFree(entry.file.relativePath) else { return false }
                due.append(entry)
                return true
            }
            return due
        }
    }
}
