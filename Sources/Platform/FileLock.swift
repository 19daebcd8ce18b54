import Glibc
package import SystemPackage

/// The right to be the only process on something, held as `flock(2)` on a file until it is dropped or the process ends.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    /// Takes the lock without waiting, and writes our process number into the file for whoever comes second.
    ///
    /// - Throws: `PlatformError`: `.busy` with the holder's process number in `detail`, `.system` otherwise.
    package init(_ path: FilePath) throws(PlatformError) {
        let descriptor = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        guard retryingInterrupts({ flock(descriptor.number, LOCK_EX | LOCK_NB) }) == 0 else {
            guard Errno.current == .wouldBlock else { throw .system("lock", path: path) }
            let holder = String(decoding: try descriptor.read(atMost: 32), as: UTF8.self)
            throw PlatformError(
                .busy, "lock", path: path,
                detail: "process \(holder.split(separator: "\n").first ?? "?") holds it")
        }
        // The lock holds without the number; on a full disk it is left out.
        if ftruncate(descriptor.number, 0) == 0 { try? descriptor.write(Array("\(getpid())\n".utf8).rawSpan) }
        self.descriptor = descriptor
    }
}
