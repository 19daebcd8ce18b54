package import Platform
package import SystemPackage

/// A walk through a folder and its subfolders that can pause at any name.
///
/// It reads a folder's names in batches and returns each batch in order, as people expect of files dropped together;
/// the other names stay in the open directory. So a folder of a million names takes the memory of one batch and is read
/// once, and the walk can pause for hours while its files are processed.
///
/// It belongs to one thread.
package final class FolderWalk {
    /// A name in a folder, and its kind where the file system tells.
    package typealias Entry = (name: FilePath.Component, kind: FileStatus.Kind?)
    /// Returns the next name of a folder, in any order; nil after the last.
    package typealias Listing = () throws(PlatformError) -> Entry?

    /// What the walk reached.
    package enum Step {
        case entry(FilePath, FileStatus.Kind?)
        /// The rest of this folder cannot be read.
        case failed(FilePath, PlatformError)
        /// The walk is complete.
        case end
    }

    /// A folder may hold this many names even when others use up the batch, so the walk makes progress.
    private static let fewestNames = 64
    /// The depth limit, because each folder may hold a descriptor.
    private static let deepest = 256

    private struct Level {
        let path: FilePath
        /// Nil when the whole folder has been read.
        var listing: Listing?
        /// The names, last one first.
        var names: [Entry] = []
    }

    private let batch: Int
    private let open: (FilePath) throws(PlatformError) -> Listing
    private var levels: [Level] = []
    private var held = 0

    /// Walks with at most `batch` names in memory, over all folders on the current path; `open` begins to list a
    /// folder.
    package init(batch: Int = 16_384, open: @escaping (FilePath) throws(PlatformError) -> Listing) {
        self.batch = batch
        self.open = open
    }

    /// Steps into a folder, whose names come before the rest of the current folder.
    package func enter(_ path: FilePath) throws(PlatformError) {
        guard levels.count < Self.deepest else {
            throw PlatformError(
                .tooLarge, "list the directory", path: path,
                detail: "it is more than \(Self.deepest) folders deep; move it up")
        }
        levels.append(Level(path: path, listing: try open(path)))
    }

    /// Advances to the next name.
    package func next() -> Step {
        while let last = levels.indices.last {
            if let entry = levels[last].names.popLast() {
                held -= 1
                return .entry(levels[last].path.appending(entry.name), entry.kind)
            }
            guard let listing = levels[last].listing else {
                levels.removeLast()
                continue
            }
            do throws(PlatformError) {
                try refill(last, listing)
            } catch {
                return .failed(levels.removeLast().path, error)
            }
        }
        return .end
    }

    private func refill(_ level: Int, _ listing: Listing) throws(PlatformError) {
        let room = max(batch - held, Self.fewestNames)
        var names: [Entry] = []
        while names.count < room {
            guard let entry = try listing() else {
                // Closed now rather than at the end, so a deep walk holds few descriptors.
                levels[level].listing = nil
                break
            }
            names.append(entry)
        }
        held += names.count
        // Each name becomes a string once instead of at every comparison.
        levels[level].names = names.map { (text: $0.name.string, entry: $0) }.sorted { $0.text > $1.text }.map(\.entry)
    }
}
