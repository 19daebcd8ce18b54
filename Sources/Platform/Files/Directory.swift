import Glibc
package import SystemPackage

/// Operations on names: the entries of directories, as opposed to the contents of files.
package enum Directory {
    /// One name in a directory.
    package struct Entry: Sendable, Equatable {
        /// The name as the file system stores it, byte for byte; it need not be UTF-8.
        package let name: FilePath.Component
        /// The kind according to the directory; nil where the file system does not say.
        package let kind: FileStatus.Kind?
    }

    /// Calls `body` for each entry except `.` and `..`, in the file system's order, without holding them all in memory.
    ///
    /// Throws `PlatformError`, or what `body` throws.
    package static func forEachEntry(
        of path: FilePath, _ body: (Entry) throws(PlatformError) -> Void
    ) throws(PlatformError) {
        let stream = try DirectoryStream(OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY), place: path)
        while let entry = try stream.next() { try body(entry) }
    }

    /// The entries of a directory in the order of their names.
    package static func entries(of path: FilePath) throws(PlatformError) -> [Entry] {
        var found: [Entry] = []
        try forEachEntry(of: path) { (entry) throws(PlatformError) in found.append(entry) }
        return sorted(found)
    }

    static func sorted(_ entries: [Entry]) -> [Entry] {
        // Each name becomes a string once instead of at every comparison, which took most of the time for thousands of
        // files.
        entries.map { (name: $0.name.string, entry: $0) }.sorted { $0.name < $1.name }.map(\.entry)
    }

    static func entry(_ record: UnsafeMutablePointer<dirent>) -> Entry? {
        let name = unsafe withUnsafePointer(to: &record.pointee.d_name) { tuple in
            unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { characters in
                unsafe FilePath.Component(platformString: characters)
            }
        }
        // `.` and `..` have kinds of their own.
        guard let name, name.kind == .regular else { return nil }
        let kind: FileStatus.Kind? =
            switch unsafe CInt(record.pointee.d_type) {
            case 8: .regular
            case 4: .directory
            case 10: .symbolicLink
            case 1: .fifo
            case 12: .socket
            case 2, 6: .device
            default: nil
            }
        return Entry(name: name, kind: kind)
    }

    /// Makes a directory and its missing parents.
    package static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(PlatformError) {
        if make(path, mode) == 0 { return }
        switch Errno.current {
        case .fileExists:
            guard try FileStatus.followingLinks(path).kind == .directory else {
                throw PlatformError(.system, "make the directory", path: path, cause: .notDirectory)
            }
        case .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty && path.lastComponent != nil:
            try create(path.removingLastComponent(), mode: mode)
            guard make(path, mode) == 0 || Errno.current == .fileExists else {
                throw .system("make the directory", path: path)
            }
        default:
            throw .system("make the directory", path: path)
        }
    }

    private static func make(_ path: FilePath, _ mode: UInt32) -> CInt {
        unsafe path.withPlatformString { name in
            SystemCall.makeDirectory.perform(on: path) { unsafe mkdir(name, mode) }
        }
    }

    /// Waits until the directory's names are on stable storage.
    package static func synchronize(_ path: FilePath) throws(PlatformError) {
        let directory = path.isEmpty ? FilePath(".") : path
        let descriptor = try OwnedDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
        try descriptor.synchronize()
    }

    /// Renames, replacing what has the new name.
    package static func rename(_ from: FilePath, to: FilePath) throws(PlatformError) {
        let result = unsafe from.withPlatformString { old in
            unsafe to.withPlatformString { new in
                SystemCall.rename.perform(on: from) { unsafe Glibc.rename(old, new) }
            }
        }
        guard result == 0 else { throw .system("rename to \(to)", path: from) }
    }

    /// Removes a file's name.
    package static func removeFile(_ path: FilePath) throws(PlatformError) {
        let result = unsafe path.withPlatformString { name in
            SystemCall.remove.perform(on: path) { unsafe unlink(name) }
        }
        guard result == 0 else { throw .system("remove", path: path) }
    }

    /// Removes a file's name and ignores failure.
    package static func removeIfPresent(_ path: FilePath) {
        try? removeFile(path)
    }
}
