import CPlatform
import Glibc
package import SystemPackage

/// A directory that is held open, and the names below it.
///
/// Everything below the spool and the index is reached through one of these. A path is walked from the open directory,
/// never from the root of the file system, and never through a symbolic link. So another user who can rename folders
/// below it cannot redirect the walk (openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS; one component at a time
/// where the kernel lacks it).
///
/// Paths are relative to the directory; an empty path is the directory itself.
package final class OpenDirectory: Sendable {
    /// Its path when it was opened, for messages only.
    package let path: FilePath
    let descriptor: OwnedDescriptor

    /// Opens a directory by its path and follows symbolic links, because the user who runs the program chose the path.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package convenience init(_ path: FilePath) throws(PlatformError) {
        self.init(try OwnedDescriptor.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY), path: path)
    }

    private init(_ descriptor: consuming OwnedDescriptor, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a directory by its path, after making it and its missing parents with `mode`, regardless of the umask.
    ///
    /// New directories are made durable too: a power cut that removes a directory also loses the files in it.
    package static func making(_ path: FilePath, mode: UInt32) throws(PlatformError) -> OpenDirectory {
        do throws(PlatformError) {
            return try OpenDirectory(path)
        } catch {
            guard error.cause == .noSuchFileOrDirectory, let name = path.lastComponent, name.kind == .regular else {
                throw error
            }
            let parent = try making(path.removingLastComponent(), mode: mode)
            try parent.makeDirectory(FilePath(root: nil, [name]), mode: mode)
            try parent.synchronize()
            return try OpenDirectory(path)
        }
    }

    /// Opens a directory below this one.
    ///
    /// - Throws: `PlatformError` of code `.system`; cause `.tooManySymbolicLinkLevels` when there is a link on the way,
    ///   `.notDirectory` when the path itself is one.
    package func directory(_ path: FilePath) throws(PlatformError) -> OpenDirectory {
        OpenDirectory(try open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY), path: place(of: path))
    }

    /// Opens a directory directly in this one, through a symbolic link if it is one, for names that only the owner can
    /// make.
    package func directory(trusting name: FilePath.Component) throws(PlatformError) -> OpenDirectory {
        let place = place(of: FilePath(root: nil, [name]))
        let number = unsafe name.withPlatformString { name in
            SystemCall.open.perform(on: place) {
                unsafe openat(descriptor.number, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            }
        }
        guard number >= 0 else { throw .system("open", path: place) }
        return OpenDirectory(OwnedDescriptor(adopting: number, path: place), path: place)
    }

    /// Opens a file without following links and without waiting for the other end of a pipe.
    ///
    /// - Parameters:
    ///   - path: the file, relative to this directory.
    ///   - flags: `open(2)` flags, access mode included.
    ///   - mode: the permissions of a file that the call creates, regardless of the umask.
    /// - Returns: the open file.
    /// - Throws: `PlatformError` of code `.system`.
    package func open(_ path: FilePath, _ flags: CInt, mode: UInt32 = 0o640) throws(PlatformError) -> OwnedDescriptor {
        let place = place(of: path)
        // openat2 refuses flags that have no meaning for an O_PATH descriptor.
        let all = flags | O_CLOEXEC | O_NOFOLLOW | (flags & vectorspool_open_place == 0 ? O_NONBLOCK : 0)
        let number = LateSystemCall.openBeneath.perform(as: .open, on: place) {
            unsafe path.withPlatformString { name in
                unsafe vectorspool_open_beneath(descriptor.number, name, all, mode)
            }
        }
        if number >= 0 {
            let opened = OwnedDescriptor(adopting: number, path: place)
            if flags & O_CREAT != 0 { try opened.setMode(mode) }
            return opened
        }
        guard Errno.current == .noFunction else { throw .system("open", path: place) }
        return try openStepByStep(path, all, mode: mode)
    }

    /// Opens a regular file for reading.
    ///
    /// - Throws: `PlatformError` of code `.system`, cause `.invalidArgument` for a pipe, a device or a directory.
    package func openFile(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        let file = try open(path, O_RDONLY)
        guard try file.status().kind == .regular else {
            throw PlatformError(
                .system, "read", path: place(of: path), cause: .invalidArgument, detail: "it is not a regular file")
        }
        return file
    }

    /// All bytes of a regular file.
    ///
    /// - Throws: `PlatformError`: `.tooLarge` beyond the limit, `.system` otherwise.
    package func contents(of path: FilePath, limit: Int = .max) throws(PlatformError) -> [UInt8] {
        try FileContents.read(try openFile(path), limit: limit)
    }

    /// Facts about a name; a symbolic link is not followed.
    ///
    /// - Throws: `PlatformError` of code `.system`; cause `.noSuchFileOrDirectory` when there is no such name.
    package func status(of path: FilePath) throws(PlatformError) -> FileStatus {
        try withParent(of: path) { (parent, name) throws(PlatformError) in
            try FileStatus(at: parent, name, place: place(of: path))
        }
    }

    /// Facts about a name, or nil when it certainly does not exist.
    ///
    /// - Throws: `PlatformError` when that is uncertain: an error never counts as absence.
    package func statusIfPresent(_ path: FilePath) throws(PlatformError) -> FileStatus? {
        do throws(PlatformError) {
            return try status(of: path)
        } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }

    /// Facts about the directory itself.
    package func status() throws(PlatformError) -> FileStatus { try descriptor.status() }

    /// Waits until the names in the directory are on stable storage.
    package func synchronize(_ path: FilePath = FilePath()) throws(PlatformError) {
        guard !path.isEmpty else { return try descriptor.synchronize() }
        try open(path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Waits until everything written to the directory's file system is on stable storage.
    ///
    /// One call for a group of files costs as much as one `fsync`.
    package func synchronizeFileSystem() throws(PlatformError) {
        let result = SystemCall.synchronizeFileSystem.perform(on: path) {
            vectorspool_filesystem_synchronize(descriptor.number)
        }
        guard result == 0 else { throw .system("synchronize the file system", path: path) }
    }

    /// The full path of a name, for messages.
    package func place(of path: FilePath) -> FilePath { path.isEmpty ? self.path : self.path.pushing(path) }

    /// Calls `body` with the descriptor of the folder that holds the last name of `path`, and with that name.
    func withParent<Result>(
        of path: FilePath, _ body: (CInt, FilePath) throws(PlatformError) -> Result
    ) throws(PlatformError) -> Result {
        guard path.isRelative, let name = path.lastComponent, name.kind == .regular else {
            throw PlatformError(.system, "use", path: place(of: path), cause: .invalidArgument)
        }
        let folder = path.removingLastComponent()
        let last = FilePath(root: nil, [name])
        guard !folder.isEmpty else { return try body(descriptor.number, last) }
        let parent = try open(folder, vectorspool_open_place | O_DIRECTORY)
        return try body(parent.number, last)
    }

    /// Replaces openat2 in `open` on older kernels: opens each folder on the way separately and follows no link.
    func openStepByStep(_ path: FilePath, _ flags: CInt, mode: UInt32) throws(PlatformError) -> OwnedDescriptor {
        let place = place(of: path)
        guard path.isRelative, !path.isEmpty, path.components.allSatisfy({ $0.kind != .parentDirectory }) else {
            throw PlatformError(.system, "open", path: place, cause: .invalidArgument)
        }
        let opened = try Self.descend(
            from: descriptor.number, path.components[...], flags: flags, mode: mode, at: place)
        if flags & O_CREAT != 0 { try opened.setMode(mode) }
        return opened
    }

    private static func descend(
        from directory: CInt, _ components: Slice<FilePath.ComponentView>, flags: CInt, mode: UInt32,
        at place: FilePath
    ) throws(PlatformError) -> OwnedDescriptor {
        let rest = components.dropFirst()
        let name = components[components.startIndex]
        guard !rest.isEmpty else { return try step(from: directory, name, flags: flags, mode: mode, at: place) }
        let folder: OwnedDescriptor
        do throws(PlatformError) {
            folder = try step(
                from: directory, name, flags: vectorspool_open_place | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, mode: 0,
                at: place)
        } catch {
            // Like openat2, this distinguishes a link on the way from a missing name.
            guard error.cause == .notDirectory,
                try FileStatus(at: directory, FilePath(root: nil, [name]), place: place).kind == .symbolicLink
            else { throw error }
            throw PlatformError(.system, "open", path: place, cause: .tooManySymbolicLinkLevels)
        }
        return try descend(from: folder.number, rest, flags: flags, mode: mode, at: place)
    }

    private static func step(
        from directory: CInt, _ name: FilePath.Component, flags: CInt, mode: UInt32, at place: FilePath
    ) throws(PlatformError) -> OwnedDescriptor {
        let number = unsafe name.withPlatformString { name in
            SystemCall.open.perform(on: place) { unsafe openat(directory, name, flags, mode) }
        }
        guard number >= 0 else { throw .system("open", path: place) }
        return OwnedDescriptor(adopting: number, path: place)
    }
}
