import Glibc
package import SystemPackage

/// The one owner of an open file descriptor: it closes it when it goes out of scope.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor's number, for system calls that this type does not wrap.
    package private(set) var number: CInt
    /// The path it was opened with, for error messages only.
    package let path: FilePath

    /// Takes over a descriptor that a system call has just returned.
    package init(adopting number: CInt, path: FilePath) {
        self.number = number
        self.path = path
    }

    deinit {
        guard number >= 0 else { return }
        _ = Glibc.close(number)
    }

    /// Opens a file; `O_CLOEXEC` is always set.
    ///
    /// - Parameters:
    ///   - flags: `open(2)` flags, access mode included.
    ///   - mode: permissions of a file that the call creates.
    /// - Throws: `PlatformError` of code `.system`.
    package static func open(
        _ path: FilePath, _ flags: CInt, mode: UInt32 = 0o644
    ) throws(PlatformError) -> OwnedDescriptor {
        let number = unsafe path.withPlatformString { name in
            SystemCall.open.perform(on: path) { unsafe Glibc.open(name, flags | O_CLOEXEC, mode) }
        }
        guard number >= 0 else { throw .system("open", path: path) }
        return OwnedDescriptor(adopting: number, path: path)
    }

    /// Closes the descriptor and reports what `close(2)` says; network file systems report lost writes only there.
    package consuming func close() throws(PlatformError) {
        let closing = number
        // Tells deinit, which also runs here, that nothing is left to close.
        number = -1
        let result = SystemCall.close.perform(on: path) { () -> CInt in
            // The descriptor is gone even when a signal came.
            let result = Glibc.close(closing)
            return result == 0 || errno == EINTR ? 0 : -1
        }
        guard result == 0 else { throw .system("close", path: path) }
    }

    /// Hands the descriptor over to a C library that closes it.
    consuming func take() -> CInt {
        let taken = number
        number = -1
        return taken
    }

    /// Sets the permissions of the open file, whatever the umask was when it was made.
    package borrowing func setMode(_ mode: UInt32) throws(PlatformError) {
        guard SystemCall.changeMode.perform(on: path, { fchmod(number, mode) }) == 0 else {
            throw .system("set the mode", path: path)
        }
    }

    /// Waits until the file's data is on stable storage.
    ///
    /// After a failure the kernel marks the pages clean, so a second call lies (fsyncgate): the caller writes a new file.
    package borrowing func synchronize() throws(PlatformError) {
        guard SystemCall.synchronize.perform(on: path, { fsync(number) }) == 0 else {
            throw .system("fsync", path: path)
        }
    }
}

/// Combinations of `open(2)` flags that have a name of their own.
package enum OpenFlags {
    /// For a file that anybody may have put there: links are not followed and pipes do not block.
    package static let document: CInt = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    /// For adding to the end of a file that is there.
    package static let append: CInt = O_WRONLY | O_APPEND
    /// For a file that is to be made and must not be there yet.
    package static let newFile: CInt = O_WRONLY | O_CREAT | O_EXCL
    /// For a record of fixed size that is overwritten in place, made when it is not there.
    package static let record: CInt = O_RDWR | O_CREAT
    /// For a file of our own that begins anew.
    package static let fresh: CInt = O_RDWR | O_CREAT | O_TRUNC
}
