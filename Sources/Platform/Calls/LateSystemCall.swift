import Glibc
import SystemPackage

/// A system call that Linux gained late: older kernels and some system-call filters answer it with ENOSYS.
///
/// Each has a replacement. Tests remove the calls with a `FaultPlan`, because every test machine has them.
package enum LateSystemCall: Sendable, CaseIterable {
    /// openat2(2); without it, folders are opened one after another.
    case openBeneath
    /// renameat2(2); without it, a second name is made and the first one removed.
    case renameExclusively

    /// Makes the call as one of `kind`, unless a test has removed it.
    func perform(as kind: SystemCall, on path: FilePath, _ call: () -> CInt) -> CInt {
        guard FaultPlan.isAnyArmed, FaultPlan.takesAway(self, on: path) else { return kind.perform(on: path, call) }
        errno = ENOSYS
        return -1
    }
}
