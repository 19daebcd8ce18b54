import Glibc
package import SystemPackage

extension FileStatus {
    /// Whether only this process's user and root can have written the file, so that it can be trusted without a
    /// signature.
    package var isOursAlone: Bool {
        (owner == CurrentProcess.user || owner == 0) && permissions & 0o022 == 0
    }

    /// Whether the last change is old enough that the next one will change the file's times.
    ///
    /// File systems stamp changes with a clock of some milliseconds, old ones of a second or two; two changes within
    /// one tick look like one. Git calls such a file racily clean. A time in the future is never settled. `nanoseconds`
    /// is the coarsest tick to expect.
    package func isSettled(at now: RealTime = .now, for nanoseconds: Int64) -> Bool {
        max(modified, changed) <= now.nanoseconds - nanoseconds
    }
}

extension OwnedDescriptor {
    /// Opens a regular file that only this process's user and root can have written; does not follow a link.
    ///
    /// - Throws: `PlatformError` of code `.system`, with cause `.notPermitted` for a file that others can have written.
    package static func openTrusted(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        let descriptor = try open(path, OpenFlags.document)
        let status = try descriptor.status()
        guard status.kind == .regular, status.isOursAlone else {
            throw PlatformError(.system, "trust", path: path, cause: .notPermitted)
        }
        return descriptor
    }

    /// Sets the file's modification time to now and ignores failure.
    package borrowing func markUsed() {
        _ = SystemCall.attributes.perform(on: path) { futimens(number, nil) }
    }
}

extension Directory {
    /// Whether this process may create and rename files in the directory.
    package static func isWritable(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { name in
            SystemCall.status.perform(on: path) { unsafe faccessat(AT_FDCWD, name, W_OK | X_OK, AT_EACCESS) }
        } == 0
    }
}
