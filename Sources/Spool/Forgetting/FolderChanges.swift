import Platform
import SystemPackage

/// What has happened to folders of the inbox while files in them are forgotten.
///
/// A folder that is moved into the inbox leaves the times of its files as they were, so a file may have come later than its own
/// time says. It belongs to one order, whose own moves are no changes.
struct FolderChanges {
    enum Change {
        case none
        /// Something came or went in one, or it was moved before that.
        case contents
        /// One was moved, or its mode was changed, since its contents last changed.
        case moved
    }

    /// The folders at the first look, before the order itself took files from them.
    private var folders: [FilePath: FileStatus] = [:]

    /// What has happened to the folders above a file since a moment, when they were first looked at.
    ///
    /// - Parameters:
    ///   - path: the path of the file below the inbox.
    ///   - inbox: the inbox.
    ///   - moment: the moment, by the clock of files.
    /// - Returns: the change that leaves most in doubt.
    /// - Throws: `PlatformError`.
    mutating func change(
        above path: FilePath, in inbox: OpenDirectory, since moment: Int64
    ) throws(PlatformError) -> Change {
        var folder = path.removingLastComponent()
        var change = Change.none
        while !folder.isEmpty {
            if let present = try inbox.statusIfPresent(folder) {
                // Another folder may have come in its place.
                let first = folders[folder].flatMap { $0.isSameFile(as: present) ? $0 : nil } ?? present
                folders[folder] = first
                if first.changed >= moment, change != .moved {
                    change = first.changed == first.modified ? .contents : .moved
                }
            }
            folder.removeLastComponent()
        }
        return change
    }
}
