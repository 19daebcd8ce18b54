import Foundation
package import SystemPackage

/// Makes special files in a directory, and files that behave as such.
package enum SpecialFiles {
    /// Makes a symbolic link.
    package static func makeLink(to target: String, at path: FilePath) throws {
        try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
    }

    /// Makes a named pipe.
    package static func makePipe(at path: FilePath) throws {
        guard unsafe mkfifo(path.string, 0o644) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Takes a lease on a file, so that whoever opens it waits until the descriptor is closed, or for 45 seconds
    /// (`/proc/sys/fs/lease-break-time`): a file of a disk that does not answer.
    package static func holdBack(_ path: FilePath) throws -> FileDescriptor {
        let file = try FileDescriptor.open(path, .readWrite)
        // From fcntl(2), whose names of Linux alone the C library hides: the signal of a lease that is to be given up ends a
        // process, unless it is one that is passed over.
        let (setLease, setSignal): (CInt, CInt) = (1024, 10)
        guard fcntl(file.rawValue, setSignal, SIGURG) == 0, fcntl(file.rawValue, setLease, F_WRLCK) == 0
        else {
            try? file.close()
            throw CocoaError(.fileLocking)
        }
        return file
    }
}
