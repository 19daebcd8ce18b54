package import Platform
import Synchronization
package import SystemPackage

/// Finds where dropped files lie now, for people who want to open them.
///
/// A place is recognised by the time of the last write, which no move changes, never by its name alone: another version may
/// lie there. Programs that restore or generate files give several versions one time; the size tells most of those apart. It only
/// reads, so any user may ask who may read the spool.
package struct Originals: Sendable {
    private let places: SpoolDirectory
    private let inbox: OpenDirectory?
    private let record: LeftRecord?
    private let done: MirroredTree?
    private let byDay: FilesByDay?
    private let days: [(name: String, tree: MirroredTree)]
    private let listings: SharedListings?

    /// Opens the folders as far as they are readable.
    ///
    /// - Parameters:
    ///   - places: the folders of the spool.
    ///   - isOneLook: whether it serves one look at many files, for which each folder is listed once.
    package init(_ places: SpoolDirectory, isOneLook: Bool = false) {
        self.places = places
        listings = isOneLook ? SharedListings() : nil
        inbox = try? OpenDirectory(places.inbox)
        record = (try? OpenDirectory(places.root)).map { LeftRecord($0) }
        let folder = try? OpenDirectory(places.done)
        done = folder.map { MirroredTree($0) }
        byDay = folder.map { FilesByDay($0) }
        guard let replaced = try? OpenDirectory(places.replaced), let entries = try? replaced.entries() else {
            days = []
            return
        }
        // The newest first.
        days = entries.reversed().filter { $0.kind != .some(.regular) }
            .map { ($0.name.string, MirroredTree(replaced, FilePath($0.name.string))) }
    }

    /// Whether the folders may be read in which a taken file would lie, so that it is not there if it is not found.
    package func canTell(of path: FilePath) -> Bool {
        guard let done else { return false }
        do throws(PlatformError) {
            var listings = FolderListings()
            _ = try Self.files(of: path, in: done, &listings)
            return try !done.hasLink(above: path)
        } catch {
            return false
        }
    }

    /// What is known of the contents that a document came from.
    package enum Contents: Sendable, Equatable {
        /// The file is one document with this digest.
        case whole(SHA256Digest)
        /// The document is one of several in the file.
        case part
    }

    /// The file that was dropped at a path and last written at a time; nil when it is not there any more.
    ///
    /// The same contents may have come again with another time, and nothing is indexed anew then: with `contents` that file
    /// counts as well. A file of several documents has all that the index has of its earlier versions.
    ///
    /// - Parameters:
    ///   - path: its path below the inbox.
    ///   - modified: when it was last written, in nanoseconds since 1970.
    ///   - size: its size when it was claimed, which goes before other versions of that time; nil where it is not known.
    ///   - contents: what is known of its contents.
    /// - Returns: where it lies.
    package func file(of path: FilePath, modified: Int64, size: Int? = nil, contents: Contents? = nil) -> FilePath? {
        if let size, let file = moved(path, { $0.modified == modified && $0.size == size }) { return file }
        if let file = moved(path, { $0.modified == modified }) ?? left(path, modified) { return file }
        guard let contents, let current = (try? done?.file(of: path)) ?? nil else { return nil }
        switch contents {
        case .whole(let digest):
            guard current.status.size <= Self.mostBytes,
                let file = try? done?.directory.openFile(current.place), (try? file.digest { _ in true }) == digest
            else { return nil }
        case .part: guard current.status.modified > modified else { return nil }
        }
        return places.done.pushing(current.place)
    }

    /// A larger file is not read to find out whether it is the one.
    private static let mostBytes = 64 << 20

    /// The file in `done/` or `replaced/`.
    private func moved(_ path: FilePath, _ isIt: (FileStatus) -> Bool) -> FilePath? {
        if let place = done.flatMap({ match(path, in: $0, isIt) }) { return places.done.pushing(place) }
        for day in days {
            if let place = match(path, in: day.tree, isIt) { return places.replaced.pushing(place) }
        }
        if let byDay, let name = path.lastComponent, let place = byDay.file(named: name, isIt) {
            return places.done.pushing(place)
        }
        return nil
    }

    /// The file that stays in the inbox.
    private func left(_ path: FilePath, _ modified: Int64) -> FilePath? {
        guard let status = (try? inbox?.statusIfPresent(path)) ?? nil, status.kind == .regular,
            status.modified == modified || isTaken(path, status)
        else { return nil }
        return places.inbox.pushing(path)
    }

    /// The files that lie in `done/` for a path.
    package func current(of path: FilePath) -> [(place: FilePath, status: FileStatus)] {
        done.map { versions(of: path, in: $0, below: places.done) } ?? []
    }

    /// Whether two files have the same bytes; false where one cannot be read.
    package static func areEqual(_ first: FilePath, _ second: FilePath) -> Bool {
        guard let first = try? OwnedDescriptor.open(first, OpenFlags.document),
            let second = try? OwnedDescriptor.open(second, OpenFlags.document)
        else { return false }
        return (try? first.hasEqualBytes(as: second)) ?? false
    }

    private func isTaken(_ path: FilePath, _ status: FileStatus) -> Bool {
        entry(of: path).map { $0.outcome == .indexed && $0.isOf(status) } ?? false
    }

    /// What is known of a file that was left in the inbox; nil when nothing is, or the record may not be read.
    package func entry(of path: FilePath) -> LeftEntry? { (try? record?.entry(of: path)) ?? nil }

    /// All files that lie in `done/` and `replaced/` for a path, the current one first.
    package func versions(of path: FilePath) -> [(place: FilePath, status: FileStatus)] {
        current(of: path) + days.flatMap { versions(of: path, in: $0.tree, below: places.replaced) }
    }

    private func match(_ path: FilePath, in tree: MirroredTree, _ isIt: (FileStatus) -> Bool) -> FilePath? {
        // Most files lie at their own path.
        if let found = try? tree.file(of: path), isIt(found.status) { return found.place }
        return files(of: path, in: tree).first { isIt($0.status) }?.place
    }

    private func versions(
        of path: FilePath, in tree: MirroredTree, below root: FilePath
    ) -> [(place: FilePath, status: FileStatus)] {
        files(of: path, in: tree).map { (root.pushing($0.place), $0.status) }
    }

    private func files(of path: FilePath, in tree: MirroredTree) -> [(place: FilePath, status: FileStatus)] {
        if let listings { return listings.known.withLock { (try? Self.files(of: path, in: tree, &$0)) ?? [] } }
        var listings = FolderListings()
        return (try? Self.files(of: path, in: tree, &listings)) ?? []
    }

    private final class SharedListings: Sendable {
        let known = Mutex(FolderListings())
    }

    /// The file itself, and those beside it whose names this program made of its name.
    ///
    /// - Throws: `PlatformError` when it is not known whether there are any.
    static func files(
        of path: FilePath, in tree: MirroredTree, _ listings: inout FolderListings
    ) throws(PlatformError) -> [(place: FilePath, status: FileStatus)] {
        guard let name = path.lastComponent else { return [] }
        var found: [(place: FilePath, status: FileStatus)] = []
        for folder in try tree.folders(of: path) {
            for name in try listings.names(of: name, in: tree.directory, folder) {
                let place = folder.appending(name)
                guard let status = try tree.directory.statusIfPresent(place), status.kind == .regular else { continue }
                found.append((place, status))
            }
        }
        return found
    }
}
