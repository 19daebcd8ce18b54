package import Platform
package import SystemPackage

/// A walk through a folder and the folders in it that can pause at any name.
///
/// A folder's names are read a batch at a time and handed out in their order, as people expect of files dropped together;
/// the rest stays in the open directory. So a folder of a million names takes the memory of one batch, is read once, and
/// the walk may rest for hours while its files are worked on.
///
/// It belongs to one thread.
package final class FolderWalk {
    /// A name in a folder, and its kind where the file system tells.
    package typealias Entry = (name: FilePath.Component, kind: FileStatus.Kind?)
    /// Says the next name of a folder, in any order; nil after the last.
    package typealias Listing = () throws(PlatformError) -> Entry?

    /// What the walk came to.
    package enum Step {
        case entry(FilePath, FileStatus.Kind?)
        /// The rest of this folder cannot be read.
        case failed(FilePath, PlatformError)
        /// There is nothing more.
        case end
    }

    /// A folder gets so many even when others hold theirs, so that the walk goes on.
    private static let fewestNames = 64
    /// Each folder may hold a descriptor.
    private static let deepest = 256

    private struct Level {
        let path: FilePath
        /// Nil when all has been read.
        var listing: Listing?
        /// The last comes first.
        var names: [Entry] = []
    }

    private let batch: Int
    private let open: (FilePath) throws(PlatformError) -> Listing
    private var levels: [Level] = []
    private var held = 0

    /// - Parameters:
    ///   - batch: how many names are held at a time, of all folders that the walk stands in.
    ///   - open: begins to list a folder.
    package init(batch: Int = 16_384, open: @escaping (FilePath) throws(PlatformError) -> Listing) {
        self.batch = batch
        self.open = open
    }

    /// Steps into a folder: what is in it comes before the rest of the folder where the walk stands.
    package func enter(_ path: FilePath) throws(PlatformError) {
        guard levels.count < Self.deepest else {
            throw PlatformError(
                .tooLarge, "list the directory", path: path,
                detail: "it lies more than \(Self.deepest) folders deep; move it up")
        }
        levels.append(Level(path: path, listing: try open(path)))
    }

    /// Goes on to the next name.
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
                // Closed now and not at the end, so that a deep walk holds few descriptors.
                levels[level].listing = nil
                break
            }
            names.append(entry)
        }
        held += names.count
        // A name is made a string once, not at every comparison.
        levels[level].names = names.map { (text: $0.name.string, entry: $0) }.sorted { $0.text > $1.text }.map(\.entry)
    }
}
