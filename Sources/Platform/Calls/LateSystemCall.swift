import Glibc
import SystemPackage

/// A system call that came late to Linux: older kernels and some filters of system calls answer it with ENOSYS.
///
/// Something else stands in for each. A test takes them away with a `FaultPlan`, because every machine at hand has them.
package enum LateSystemCall: Sendable, CaseIterable {
    /// openat2(2); folders are opened one after another where it is missing.
    case openBeneath
    /// renameat2(2); a second name is made and the first one removed where it is missing.
    case renameExclusively

    /// Makes the call as one of a kind, unless a test has taken it away.
    func perform(as kind: SystemCall, on path: FilePath, _ call: () -> CInt) -> CInt {
        guard FaultPlan.isAnyArmed, FaultPlan.takesAway(self, on: path) else { return kind.perform(on: path, call) }
        errno = ENOSYS
        return -1
    }
}
