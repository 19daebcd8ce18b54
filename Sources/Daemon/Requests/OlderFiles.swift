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
    ///
    /// - Parameters:
    ///   - inbox: the inbox.
    ///   - moment: the moment, in nanoseconds since 1970.
    ///   - places: the files and folders below the inbox that count; nil for all.
    /// - Returns: whether there is one.
    /// - Throws: `PlatformError` where the inbox cannot be read.
    package func exist(
        in inbox: OpenDirectory, since moment: Int64, at places: [FilePath]? = nil
    ) throws(PlatformError) -> Bool {
        var folders: [FilePath] = places == nil ? [FilePath()] : []
        for place in places ?? [] {
            guard let status = try? inbox.status(of: place) else { continue }
            if status.kind == .directory {
                folders.append(place)
            } else if isWaiting(place, status, since: moment) {
                return true
            }
        }
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
                guard let status = try? directory.status(of: name) else { continue }
                guard status.kind == .directory else {
                    if isWaiting(path, status, since: moment) { return true }
                    continue
                }
                if blocked[path.displayName] == nil, ignore.match(path, isFolder: true) == nil { folders.append(path) }
            }
        }
        return false
    }

    private func isWaiting(_ path: FilePath, _ status: FileStatus, since moment: Int64) -> Bool {
        status.kind == .regular && status.changed <= moment && blocked[path.displayName] == nil
            && ignore.match(path, isFolder: false) == nil && !recognizes(path, status)
    }
}
