import Inbox
import Platform
import SystemPackage

extension OpenDirectory {
    /// Calls `body` with the path of each regular file below the folder that the daemon may take.
    ///
    /// A folder that is closed to the daemon holds nothing that it could take.
    ///
    /// - Parameters:
    ///   - ignore: the names that are never taken; nil for none.
    ///   - body: takes the path below this folder.
    /// - Throws: `PlatformError` where it is not known what lies in a folder; what `body` throws.
    func forEachFile(
        but ignore: IgnorePatterns?, _ body: (FilePath) throws(PlatformError) -> Void
    ) throws(PlatformError) {
        var folders = [FilePath()]
        while let folder = folders.popLast() {
            let entries: [Directory.Entry]
            do throws(PlatformError) {
                entries = try self.entries(of: folder)
            } catch {
                guard error.isOthersDoing else { throw error }
                continue
            }
            for entry in entries {
                let path = folder.appending(entry.name)
                var kind = entry.kind
                if kind == nil { kind = try statusIfPresent(path)?.kind }
                guard ignore?.match(path, isFolder: kind == .directory) == nil else { continue }
                if kind == .directory { folders.append(path) } else if kind == .regular { try body(path) }
            }
        }
    }
}
