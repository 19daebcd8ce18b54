import Glibc
package import SystemPackage

/// The facts of `stat(2)` that our decisions need.
package struct FileStatus: Sendable, Equatable {
    /// The kind of thing that the name refers to.
    package enum Kind: Sendable, Equatable {
        case regular, directory, symbolicLink, fifo, socket, device, other
    }

    package let kind: Kind
    /// Size in bytes.
    package let size: Int
    package let device: UInt64
    package let inode: UInt64
    package let linkCount: UInt64
    package let owner: UInt32
    package let group: UInt32
    /// Permission bits, without the kind.
    package let permissions: UInt32
    /// Nanoseconds since 1970 of the last change of the contents.
    package let modified: Int64
    /// Nanoseconds since 1970 of the last change of the inode; unlike `modified`, no program can set it.
    package let changed: Int64

    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            case S_IFCHR, S_IFBLK: .device
            default: .other
            }
        size = Int(raw.st_size)
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        linkCount = UInt64(raw.st_nlink)
        owner = raw.st_uid
        group = raw.st_gid
        permissions = raw.st_mode & 0o7777
        modified = Self.nanoseconds(raw.st_mtim)
        changed = Self.nanoseconds(raw.st_ctim)
    }

    /// Facts about the name itself; a symbolic link is not followed.
    ///
    /// - Throws: `PlatformError` of code `.system`; cause `.noSuchFileOrDirectory` when there is no such name.
    package static func of(_ path: FilePath) throws(PlatformError) -> FileStatus {
        var raw = stat()
        let result = unsafe path.withPlatformString { name in
            SystemCall.status.perform(on: path) { unsafe fstatat(AT_FDCWD, name, &raw, AT_SYMLINK_NOFOLLOW) }
        }
        guard result == 0 else { throw .system("read the status of the file", path: path) }
        return FileStatus(raw)
    }

    /// Facts about a name in an open directory; a symbolic link is not followed.
    init(at directory: CInt, _ name: FilePath, place: FilePath) throws(PlatformError) {
        var raw = stat()
        let result = unsafe name.withPlatformString { name in
            SystemCall.status.perform(on: place) { unsafe fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW) }
        }
        guard result == 0 else { throw .system("read the status of the file", path: place) }
        self.init(raw)
    }

    /// Whether the name exists, dangling links included.
    package static func exists(_ path: FilePath) -> Bool {
        (try? of(path)) != nil
    }

    // A time from a file can be anything; out-of-range values are clamped instead of trapping.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return time.tv_sec > 0 ? .max : .min }
        let (sum, carried) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
        return carried ? .max : sum
    }
}

extension OwnedDescriptor {
    /// Facts about the open file.
    package borrowing func status() throws(PlatformError) -> FileStatus {
        var raw = stat()
        let result = SystemCall.status.perform(on: path) { unsafe fstat(number, &raw) }
        guard result == 0 else { throw .system("read the status of the file", path: path) }
        return FileStatus(raw)
    }
}

extension FileStatus {
    /// Facts about the target of the path, through symbolic links.
    package static func followingLinks(_ path: FilePath) throws(PlatformError) -> FileStatus {
        var raw = stat()
        let result = unsafe path.withPlatformString { name in
            SystemCall.status.perform(on: path) { unsafe fstatat(AT_FDCWD, name, &raw, 0) }
        }
        guard result == 0 else { throw .system("read the status of the file", path: path) }
        return FileStatus(raw)
    }
}

extension FileStatus {
    /// Whether it is the same file, under any name.
    package func isSameFile(as other: FileStatus) -> Bool { inode == other.inode && device == other.device }

    /// Whether the contents can be assumed equal: same inode, size and both times of change.
    package func isSameVersion(as other: FileStatus) -> Bool {
        inode == other.inode && device == other.device && size == other.size && modified == other.modified
            && changed == other.changed
    }

    /// Like `isSameVersion`, for files that others may give further names.
    ///
    /// Renaming or removing one name of a file updates `changed` for all of them, so with several names it says nothing
    /// about the contents.
    package func isSameContents(as other: FileStatus) -> Bool {
        guard linkCount > 1 || other.linkCount > 1 else { return isSameVersion(as: other) }
        return inode == other.inode && device == other.device && size == other.size && modified == other.modified
    }
}
