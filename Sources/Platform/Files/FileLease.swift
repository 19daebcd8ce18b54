import CPlatform
import Glibc
import SystemPackage

/// A proof that nobody has a file open for writing, for as long as it is held: `fcntl(F_SETLEASE, F_RDLCK)`.
///
/// It tells an upload that pauses from one that is complete, which size and time stamps cannot. A writer that comes
/// meanwhile waits in `open(2)` until the lease goes, so it is held for microseconds only.
package enum FileLease {
    /// What the kernel answered.
    package enum Answer: Sendable, Equatable {
        /// No writer.
        case granted
        /// Somebody has the file open for writing.
        case writerPresent
        /// The kernel does not tell: the file belongs to somebody else, or the file system has no leases.
        case unavailable
    }

    /// Asks for the lease and hands it to `body`, which learns whether it was granted.
    ///
    /// - Parameter body: gets the answer and a question whether the lease still holds; true where it was never granted.
    package static func with<Result>(
        _ descriptor: borrowing OwnedDescriptor,
        _ body: (Answer, () -> Bool) throws(PlatformError) -> Result
    ) throws(PlatformError) -> Result {
        let (number, path) = (descriptor.number, descriptor.path)
        guard SystemCall.lease.perform(on: path, { vectorspool_lease_take(number) }) == 0 else {
            let isBusy = Errno.current == .resourceTemporarilyUnavailable
            return try body(isBusy ? .writerPresent : .unavailable) { true }
        }
        // Not under a plan: nothing follows from its failure, and a lease that stayed would only make writers wait.
        defer { _ = vectorspool_lease_release(number) }
        return try body(.granted) {
            let kind = SystemCall.lease.perform(on: path) { vectorspool_lease_kind(number) }
            // Where the kernel does not answer, the look before the commit tells whether it was written to.
            return kind == vectorspool_lease_for_reading || kind < 0
        }
    }
}
