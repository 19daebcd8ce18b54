package import Inbox
package import Platform
package import SystemPackage

/// Looks for files in the inbox that were dropped before a moment.
///
/// `ctime` is when a file was last written, linked or renamed, by the clock of its file system, and nobody can set it.
package struct OlderFiles {
    let ignore: IgnorePatterns
    /// The names that the daemon cannot take, as the status lists them.
    let blocked: [String: String]
    /// Whether a file was taken as it is, and stays in the inbox.
    let recognizes: (FilePath, FileStatus) -> Bool

    package init(
        ignore: IgnorePatterns, blocked: [String: String],
        recognizes: @escaping (FilePath, FileStatus) -> Bool = { _, _ in false }
    ) {
        self.ignore = ignore
        self.blocked = blocked
        self.recognizes = recognizes
    }

    /// Whether the daemon still has to take a file that came to lie in the inbox at `moment` or before.
    ///
    /// Folders that cannot be read are passed over: nothing in them can be taken.
    package func exist(in inbox: OpenDirectory, since moment: Int64) throws(PlatformError) -> Bool {
        var folders = [FilePath()]
        while let folder = folders.popLast() {
            let directory: OpenDirectory
            let stream: DirectoryStream
            do throws(PlatformError) {
                directory = try inbox.directory(folder)
                stream = try DirectoryStream(in: directory, "")
            } catch {
                guard !folder.isEmpty, error.isOthersDoing else { throw error }
                continue
            }
            while let entry = try stream.next() {
                let path = folder.appending(entry.name)
                let name = FilePath(root: nil, [entry.name])
                guard let status = try? directory.status(of: name), blocked[path.displayName] == nil,
                    ignore.match(path, isFolder: status.kind == .directory) == nil
                else { continue }
                if status.kind == .directory {
                    folders.append(path)
                } else if status.kind == .regular, status.changed <= moment, !recognizes(path, status) {
                    return true
                }
            }
        }
        return false
    }
}
