import Glibc
package import SystemPackage

extension FileStatus {
    /// Whether nobody but this process's user and root can have written it: for files that are believed without a signature.
    package var isOursAlone: Bool {
        (owner == CurrentProcess.user || owner == 0) && permissions & 0o022 == 0
    }

    /// Whether the last change is so long ago that the next one will show in the times of the file.
    ///
    /// File systems stamp changes with a clock of some milliseconds, old ones of a second or two; two changes within one tick
    /// look like one. Git calls such a file racily clean. A time ahead of our clock is never settled.
    ///
    /// - Parameter nanoseconds: the coarsest tick to expect.
    package func isSettled(at now: RealTime = .now, for nanoseconds: Int64) -> Bool {
        max(modified, changed) <= now.nanoseconds - nanoseconds
    }
}

extension OwnedDescriptor {
    /// Opens a regular file that nobody but this process's user and root can have written; a link is not followed.
    ///
    /// - Throws: `PlatformError` of code `.system`, with cause `.notPermitted` for a file that is not to be trusted.
    package static func openTrusted(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        let descriptor = try open(path, OpenFlags.document)
        let status = try descriptor.status()
        guard status.kind == .regular, status.isOursAlone else {
            throw PlatformError(.system, "trust", path: path, cause: .notPermitted)
        }
        return descriptor
    }

    /// Sets the file's time of modification to now; failure is of no consequence to the caller.
    package borrowing func markUsed() {
        _ = SystemCall.attributes.perform(on: path) { futimens(number, nil) }
    }
}

extension Directory {
    /// Whether this process may make and rename files in the directory.
    package static func isWritable(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { name in
            SystemCall.status.perform(on: path) { unsafe faccessat(AT_FDCWD, name, W_OK | X_OK, AT_EACCESS) }
        } == 0
    }
}
