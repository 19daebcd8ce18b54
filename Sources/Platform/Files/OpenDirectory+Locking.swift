import Glibc
import SystemPackage

extension OpenDirectory {
    /// Calls `body` while no other process or thread does the same with this directory (flock(2)).
    ///
    /// Who may read the directory may hold the lock, and some file systems have none. So it is waited for a few seconds at most, and
    /// then `body` is called without it: it must be right alone, and only rarely wrong beside another.
    ///
    /// - Parameter body: what is done.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    package func whileLocked<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Opened anew: a lock belongs to what open(2) has made, and threads of this process share this directory.
        let own = try? directory(FilePath())
        var patience = Self.attempts
        while patience > 0, let own,
            SystemCall.lock.perform(on: path, { flock(own.descriptor.number, LOCK_EX | LOCK_NB) }) != 0,
            Errno.current == .wouldBlock
        {
            patience -= 1
            usleep(Self.pause)
        }
        defer { if let own { _ = flock(own.descriptor.number, LOCK_UN) } }
        return try body()
    }

    private static let attempts = 1_000
    /// Microseconds between two attempts.
    private static let pause: useconds_t = 5_000
}
