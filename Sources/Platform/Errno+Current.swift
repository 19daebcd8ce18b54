import Glibc
import SystemPackage

extension Errno {
    /// The calling thread's `errno`; meaningful only right after a failed system call.
    static var current: Errno { Errno(rawValue: errno) }
}
