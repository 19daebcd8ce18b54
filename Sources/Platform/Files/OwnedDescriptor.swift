import CPlatform
import Glibc
package import SystemPackage

/// Owns an open file descriptor and closes it at the end of its scope.
package struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor's number, for system calls that this type does not wrap.
    package private(set) var number: CInt
    /// The path it was opened with, for error messages only.
    package let path: FilePath

    /// Takes ownership of a descriptor that a system call has just returned.
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
    ///   - path: the file to open.
    ///   - flags: `open(2)` flags, access mode included.
    ///   - mode: the permissions of a file that the call creates.
    /// - Returns: the open file.
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

    /// Closes the descriptor and throws the error of `close(2)`, the only place where network file systems report lost
    /// writes.
    package consuming func close() throws(PlatformError) {
        let closing = number
        // Tells deinit, which also runs here, that nothing is left to close.
        number = -1
        let result = SystemCall.close.perform(on: path) { () -> CInt in
            // The descriptor is closed even when a signal interrupts the call.
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

    /// Sets the permissions of the open file, regardless of the umask.
    package borrowing func setMode(_ mode: UInt32) throws(PlatformError) {
        guard SystemCall.changeMode.perform(on: path, { fchmod(number, mode) }) == 0 else {
            throw .system("set the mode", path: path)
        }
    }

    /// Lets the kernel begin to write a range of the file to the disk, so that less is left for `synchronize`.
    ///
    /// It promises nothing; failures are reported by `synchronize`.
    package borrowing func beginWriting(_ range: Range<Int>) {
        vectorspool_file_begin_writing(number, Int64(range.lowerBound), Int64(range.count))
    }

    /// Waits until the file's data is on stable storage.
    ///
    /// After a failure the kernel marks the pages clean, so a second call would wrongly succeed (fsyncgate). The caller
    /// must write a new file.
    package borrowing func synchronize() throws(PlatformError) {
        guard SystemCall.synchronize.perform(on: path, { fsync(number) }) == 0 else {
            throw .system("fsync", path: path)
        }
    }
}

/// Named combinations of `open(2)` flags.
package enum OpenFlags {
    /// For a file that another user may have put there: does not follow links or block on pipes.
    package static let document: CInt = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    /// For a folder of our own.
    package static let folder: CInt = O_RDONLY | O_DIRECTORY
    /// For appending to an existing file.
    package static let append: CInt = O_WRONLY | O_APPEND
    /// For adding lines to a file of our own, which is created when missing.
    package static let log: CInt = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
    /// For creating a file that must not exist yet.
    package static let newFile: CInt = O_WRONLY | O_CREAT | O_EXCL
    /// For a record of fixed size that is overwritten in place and created when missing.
    package static let record: CInt = O_RDWR | O_CREAT
    /// For overwriting an existing file in place.
    package static let inPlace: CInt = O_RDWR
    /// For a file of our own that is rewritten from the start.
    package static let fresh: CInt = O_RDWR | O_CREAT | O_TRUNC
}
