import CPlatform
import Glibc
import SystemPackage

/// Proof that no process has a file open for writing, valid while it is held: `fcntl(F_SETLEASE, F_RDLCK)`.
///
/// It distinguishes a paused upload from a complete one, which size and time stamps cannot. A writer that arrives
/// meanwhile waits in `open(2)` until the lease is released, so it is held for microseconds only.
package enum FileLease {
    /// The kernel's answer.
    package enum Answer: Sendable, Equatable {
        /// There is no writer.
        case granted
        /// A process has the file open for writing.
        case writerPresent
        /// The kernel cannot tell: the file belongs to another user, or the file system has no leases.
        case unavailable
    }

    /// Asks for the lease and calls `body` with the answer.
    ///
    /// `body` also receives a function that says whether the lease still holds; it returns true where the lease was
    /// never granted.
    package static func with<Result>(
        _ descriptor: borrowing OwnedDescriptor,
        _ body: (Answer, () -> Bool) throws(PlatformError) -> Result
    ) throws(PlatformError) -> Result {
        let (number, path) = (descriptor.number, descriptor.path)
        guard SystemCall.lease.perform(on: path, { vectorspool_lease_take(number) }) == 0 else {
            let isBusy = Errno.current == .resourceTemporarilyUnavailable
            return try body(isBusy ? .writerPresent : .unavailable) { true }
        }
        // No plan covers this: a failure has no effect, and a lease that remained would only make writers wait.
        defer { _ = vectorspool_lease_release(number) }
        return try body(.granted) {
            let kind = SystemCall.lease.perform(on: path) { vectorspool_lease_kind(number) }
            // Where the kernel does not answer, the check before the commit detects a write.
            return kind == vectorspool_lease_for_reading || kind < 0
        }
    }
}
