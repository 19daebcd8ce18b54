import Glibc
package import SystemPackage

/// The right to be the only process on a resource, held as `flock(2)` on a file until it is dropped or the process
/// ends.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor

    /// Takes the lock without waiting, and writes our process number into the file for the next process.
    ///
    /// - Throws: `PlatformError`: `.busy` with the holder's process number in `detail`, `.system` otherwise.
    package init(in directory: OpenDirectory, _ name: FilePath.Component) throws(PlatformError) {
        let path = directory.place(of: FilePath(root: nil, [name]))
        // Every user who can open the file can hold the lock, so only its owner may open it.
        let descriptor = try directory.open(FilePath(root: nil, [name]), O_RDWR | O_CREAT, mode: 0o600)
        guard SystemCall.lock.perform(on: path, { flock(descriptor.number, LOCK_EX | LOCK_NB) }) == 0 else {
            guard Errno.current == .wouldBlock else { throw .system("lock", path: path) }
            let holder = String(decoding: try descriptor.read(atMost: 32), as: UTF8.self)
            throw PlatformError(
                .busy, "lock", path: path,
                detail: "process \(holder.split(separator: "\n").first ?? "?") holds it")
        }
        // The lock works without the number, which a full disk can prevent.
        let isEmptied = SystemCall.truncate.perform(on: path) { ftruncate(descriptor.number, 0) } == 0
        if isEmptied { try? descriptor.write(Array("\(getpid())\n".utf8).rawSpan) }
        self.descriptor = descriptor
    }

    deinit {
        // A child process that is being started briefly holds a copy of the descriptor, and the lock with it.
        _ = flock(descriptor.number, LOCK_UN)
    }
}
